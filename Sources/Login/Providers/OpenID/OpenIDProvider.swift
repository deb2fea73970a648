internal import Bytes
internal import Endpoints
public import JOSE
public import Reactor
public import Telemetry
public import Upstreams

/// A provider that speaks OpenID Connect: found by discovery, believed by its ID tokens. What it publishes is fetched when
/// it is first needed.
public final class OpenIDProvider: Provider {
    public let name: String
    let settings: ProviderSettings
    public let issuer: String
    let preset: ProviderSettings.Preset?
    let redirectURI: String
    let signedOutURI: String
    let line: ProviderLine
    let authentication: ClientAuthentication
    let metadata: KeptDocument<ProviderMetadata>
    let keys: KeptDocument<JSONWebKeySet>

    /// Throws if the private key of `settings` cannot be used.
    public convenience init(
        _ settings: ProviderSettings,
        issuer: String,
        preset: ProviderSettings.Preset?,
        baseURL: BaseURL,
        client: ControlClient,
        log: OperationalLog,
        loop: EventLoop
    ) throws(UnusableKey) {
        let line = ProviderLine(settings, client: client, log: log, loop: loop)
        try self.init(settings, issuer: issuer, preset: preset, baseURL: baseURL, line: line)
    }

    init(
        _ settings: ProviderSettings,
        issuer: String,
        preset: ProviderSettings.Preset?,
        baseURL: BaseURL,
        line: ProviderLine
    ) throws(UnusableKey) {
        self.name = settings.name
        self.settings = settings
        self.issuer = issuer
        self.preset = preset
        self.redirectURI = baseURL.redirectURI
        self.signedOutURI = baseURL.signedOutURI
        self.line = line
        self.authentication = try ClientAuthentication(settings, audience: issuer)
        let metadata = KeptDocument<ProviderMetadata>.metadata(of: issuer, over: line)
        self.metadata = metadata
        self.keys = .keys(over: line, placedBy: metadata)
    }

    // MARK: - Provider

    public func begin(_ request: SignInRequest, _ completion: @escaping (Result<String, ProviderFailure>) -> Void) {
        self.line.turn(completion) { turn in
            turn.wait(for: self.metadata) { metadata throws(ProviderFailure) in
                guard let endpoint = metadata.pushedRequestEndpoint else {
                    return turn.succeeds(self.address(self.parameters(request), at: metadata.authorizationEndpoint))
                }
                try self.push(request, to: endpoint, metadata, turn)
            }
        }
    }

    public func check(issuer: String?, _ completion: @escaping (Result<Void, ProviderFailure>) -> Void) {
        self.line.turn(completion) { turn in
            turn.wait(for: self.metadata) { metadata throws(ProviderFailure) in
                turn.succeeds(try metadata.check(issuer: issuer, is: self.issuer))
            }
        }
    }

    public func finish(
        _ response: SignInResponse,
        _ completion: @escaping (Result<Identity, ProviderFailure>) -> Void
    ) {
        self.line.turn(completion) { turn in
            turn.wait(for: self.metadata) { metadata throws(ProviderFailure) in
                try metadata.check(issuer: response.issuer, is: self.issuer)
                let parameters = response.parameters(redirectURI: self.redirectURI)
                try self.ask(parameters, metadata, turn) { answer throws(ProviderFailure) in
                    guard let idToken = answer.idToken else { throw .invalid("there is no id_token") }
                    let issued = IssuedIdentityToken(idToken, with: answer.accessToken, nonce: response.request.nonce)
                    self.verify(issued, metadata, turn) { verdict throws(ProviderFailure) in
                        let claims = try verdict.mapError { $0.failure }.get()
                        try self.complete(claims, of: answer, after: nil, metadata, turn) { turn.succeeds($0) }
                    }
                }
            }
        }
    }

    public func revoke(_ identity: Identity) {
        let refresh = identity.refreshToken.map { ($0, "refresh_token") }
        let (token, kind) = refresh ?? (identity.accessToken, "access_token")
        self.line.turn({ (_: Result<Void, ProviderFailure>) in }) { turn in
            turn.wait(for: self.metadata) { metadata throws(ProviderFailure) in
                guard let endpoint = metadata.revocationEndpoint else { return turn.succeeds(()) }
                let pairs = [("token", token.secret), ("token_type_hint", kind)]
                turn.send(try self.form(pairs, to: endpoint, metadata)) { _ in turn.succeeds(()) }
            }
        }
    }

    // MARK: - Addresses

    func address(_ pairs: [(name: String, value: String)], at endpoint: ControlURL) -> String {
        FormEncoding.append(pairs, toQueryOf: endpoint.text)
    }

    /// Seconds since 1970.
    var now: Int64 { WallClock.milliseconds / 1000 }
}
