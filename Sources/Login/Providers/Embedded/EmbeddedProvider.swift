public import AuthorizationServer
internal import Bytes
internal import Endpoints
internal import JOSE
internal import OAuth
public import Reactor
internal import Telemetry

/// The authorization server in this process: browsers sign in at its pages, and what the gateway asks it takes no way over
/// the network.
public final class EmbeddedProvider: Provider {
    public let name: String
    private let settings: ProviderSettings
    private let baseURL: BaseURL
    private let line: EmbeddedLine

    public init(_ settings: ProviderSettings, baseURL: BaseURL, server: AuthorizationService, loop: EventLoop) {
        self.name = settings.name
        self.settings = settings
        self.baseURL = baseURL
        self.line = EmbeddedLine(server, loop: loop)
    }

    // MARK: - Provider

    public func begin(_ request: SignInRequest, _ completion: @escaping (Result<String, ProviderFailure>) -> Void) {
        let usual = request.parameters(
            clientID: self.settings.clientID,
            redirectURI: self.baseURL.redirectURI,
            scopes: self.settings.scopes
        )
        // Without it all that the client may have, which is the same (RFC 6749, section 3.3). A policy can have more scopes
        // than an address has room.
        let short = usual.filter { $0.name != "scope" }
        let address = self.address(short + [("nonce", request.nonce)], of: .authorize)
        self.line.later { completion(.success(address)) }
    }

    public func check(issuer: String?, _ completion: @escaping (Result<Void, ProviderFailure>) -> Void) {
        // RFC 9207, section 2.4: the server puts it into each answer, so that one without it is another's.
        let isOwn = issuer?.hasSameBytes(as: self.line.snapshot.issuer) ?? false
        self.line.later { completion(isOwn ? .success(()) : .failure(.invalid("the response is of another issuer"))) }
    }

    public func finish(
        _ response: SignInResponse,
        _ completion: @escaping (Result<Identity, ProviderFailure>) -> Void
    ) {
        self.check(issuer: response.issuer) { [self] result in
            if case .failure(let failure) = result { return completion(.failure(failure)) }
            self.ask(response.parameters(redirectURI: self.baseURL.redirectURI)) { answer in
                completion(answer.identity(nonce: response.request.nonce, after: nil))
            }
        }
    }

    public func refresh(
        _ identity: Identity,
        _ completion: @escaping (Result<Refreshed, ProviderFailure>) -> Void
    ) {
        guard let token = identity.refreshToken else {
            return self.line.later { completion(.failure(.refused("there is no refresh token"))) }
        }
        self.ask([("grant_type", "refresh_token"), ("refresh_token", token.secret)]) { answer in
            completion(answer.identity(nonce: nil, after: identity).map { .identity($0) })
        }
    }

    public func revoke(_ identity: Identity) {
        let token = identity.refreshToken ?? identity.accessToken
        self.line.ask(.revoke, [("token", token.secret)]) { _ in }
    }

    public func signOutAddress(_ identity: Identity, state: String, _ completion: @escaping (String?) -> Void) {
        let back = self.baseURL.signedOutURI
        let pairs = identity.signOut(client: self.settings.clientID, returningTo: back, state: state)
        let address = self.address(pairs, of: .endSession)
        self.line.later { completion(address) }
    }

    public func hasRevoked(_ mark: TokenMark) -> Bool { self.line.snapshot.revoked.refuses(mark) }

    // MARK: - Private details

    private func address(_ pairs: [(name: String, value: String)], of endpoint: Endpoint) -> String {
        FormEncoding.append(pairs, toQueryOf: self.line.snapshot.address(of: endpoint))
    }

    private func ask(_ pairs: [(name: String, value: String)], _ completion: @escaping (EmbeddedAnswer) -> Void) {
        self.line.ask(.token, pairs) { [line, settings] answer in
            completion(EmbeddedAnswer(answer, from: line.snapshot, to: settings.clientID))
        }
    }
}
