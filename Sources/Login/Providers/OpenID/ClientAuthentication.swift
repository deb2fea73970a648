internal import Bytes
internal import Cryptography
internal import Endpoints
internal import JOSE
internal import Telemetry
internal import Upstreams

/// How the gateway proves to a provider that it is the client (OpenID Connect Core 1.0, section 9).
struct ClientAuthentication {
    private enum Proof {
        case none
        case secret(Redacted<String>)
        case key(TokenSigner)
    }

    private let clientID: String
    /// What assertions are made out to: the provider's issuer, that no other provider can use one.
    private let audience: String
    private let proof: Proof

    /// An assertion's lifetime in seconds: it is used at once.
    static let assertionLifetime: Int64 = 60
    static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// Throws if the private key cannot be read, or is a secret: that proves nothing without being known to both.
    init(_ settings: ProviderSettings, audience: String) throws(UnusableKey) {
        self.clientID = settings.clientID
        self.audience = audience
        switch settings.authentication {
        case .embedded: self.proof = .none
        case .secret(let secret): self.proof = .secret(secret)
        case .privateKey(let text):
            let key = try SigningKey(parsing: text.secret.utf8Span.span)
            guard !key.algorithm.isSymmetric else { throw .symmetric }
            do {
                self.proof = .key(try TokenSigner(key: key, type: .jwt))
            } catch {
                throw .key(error)
            }
        }
    }

    /// A form for `url` with the proof in it, or beside it.
    ///
    /// - Parameters:
    ///   - methods: `token_endpoint_auth_methods_supported`; nil: the provider does not say, which means
    ///     `client_secret_basic` (OpenID Connect Discovery 1.0, section 3).
    ///   - now: Seconds since 1970.
    func form(
        _ pairs: [(name: String, value: String)],
        to url: ControlURL,
        methods: [String]?,
        at now: Int64
    ) throws(ProviderFailure) -> ControlRequest {
        let named = pairs.filter { $0.name != "client_id" } + [("client_id", self.clientID)]
        switch self.proof {
        case .none:
            return Self.request(named, to: url)
        case .secret(let secret) where methods?.contains("client_secret_basic") ?? true:
            // The name is in the field: some take one in the form for a second way to authenticate.
            return self.basic(secret, on: Self.request(pairs, to: url))
        case .secret(let secret):
            guard methods?.contains("client_secret_post") ?? false else { throw Self.notTaken("client_secret") }
            return Self.request(named + [("client_secret", secret.secret)], to: url)
        case .key(let signer):
            guard methods?.contains("private_key_jwt") ?? true else { throw Self.notTaken("private_key") }
            let assertion = [
                ("client_assertion_type", Self.assertionType), ("client_assertion", self.assertion(signer, now)),
            ]
            return Self.request(named + assertion, to: url)
        }
    }

    /// RFC 6749, section 2.3.1: both are form-encoded first, so that a colon in the name is none.
    func basic(_ secret: Redacted<String>, on request: ControlRequest) -> ControlRequest {
        let credentials = FormEncoding.encode(self.clientID) + ":" + FormEncoding.encode(secret.secret)
        guard let request = request.adding("Authorization", Redacted("Basic " + Self.base64(credentials))) else {
            preconditionFailure("base64 is visible ASCII")
        }
        return request
    }

    // MARK: - Private details

    /// RFC 7523, section 3.
    private func assertion(_ signer: TokenSigner, _ now: Int64) -> String {
        signer.sign([
            "iss": .string(self.clientID),
            "sub": .string(self.clientID),
            "aud": .string(self.audience),
            "jti": .string(RandomSecret().text),
            "iat": .integer(now),
            "exp": .integer(now + Self.assertionLifetime),
        ])
    }

    private static func request(_ pairs: [(name: String, value: String)], to url: ControlURL) -> ControlRequest {
        let body = Redacted(Array(FormEncoding.encode(pairs).utf8))
        var request = ControlRequest(.post, url, body: body, type: "application/x-www-form-urlencoded")
        request.answers = OAuthAnswer.statuses
        return request
    }

    /// RFC 4648, section 4, with padding: RFC 7617 has no other.
    private static func base64(_ text: String) -> String {
        let letters = Base64URL.encode(Array(text.utf8)).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return String(letters) + String(repeating: "=", count: (4 - letters.count % 4) % 4)
    }

    private static func notTaken(_ key: String) -> ProviderFailure {
        .invalid("the provider's token_endpoint_auth_methods_supported has no place for \(key)")
    }
}
