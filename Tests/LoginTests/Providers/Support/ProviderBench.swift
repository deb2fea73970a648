import Bytes
import Cryptography
import JOSE
import Reactor
import Telemetry
import Testing
import Upstreams

@testable import Login

/// A provider `corp` with a server that says what such a one says; tests change a part of it.
final class ProviderBench {
    let loop = EventLoop()
    let server: ProviderServer
    let provider: any Provider
    let client: ControlClient
    let line: ProviderLine
    /// What it signs with.
    var key: SigningKey
    /// Of its ID tokens, beside what `claims` has.
    var change: (JSONValue) -> JSONValue = { $0 }
    /// Of the answer of its token endpoint.
    var changeAnswer: (JSONValue) -> JSONValue = { $0 }

    static let accessToken = "opaque-access"
    static let request = SignInRequest(
        state: "the-state",
        nonce: "the-nonce",
        verifier: Redacted("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    )

    /// `settings` gets the origin of the server.
    init(
        metadata: @escaping (JSONValue) -> JSONValue = { $0 },
        log: OperationalLog = OperationalLog(fileDescriptor: -1),
        settings: (String) -> ProviderSettings = ProviderBench.settings
    ) throws {
        self.key = try SigningKey(PrivateKey(generatingFor: .es256), keyID: "first")
        self.server = try ProviderServer(loop: self.loop)
        self.client = ControlClient(loop: self.loop)
        let origin = "http://127.0.0.1:\(self.server.port)"
        let settings = settings(origin)
        let line = ProviderLine(settings, client: self.client, log: log, loop: self.loop)
        // A busy machine is no reason for a test to fail: who needs the time to be up says so.
        line.turnTime = .seconds(120)
        self.line = line
        let baseURL = try #require(BaseURL("https://app.example.com"))
        switch settings.kind {
        case .issuer(let issuer, let preset):
            self.provider = try OpenIDProvider(
                settings,
                issuer: issuer,
                preset: preset,
                baseURL: baseURL,
                line: line
            )
        case .github, .embedded: self.provider = try GitHubProvider(settings, baseURL: baseURL, line: line)
        }
        self.server.replies["/.well-known/openid-configuration"] = { _ in .json(metadata(Self.metadata(origin))) }
        self.server.replies["/jwks"] = { [unowned self] _ in .json(JSONWebKeySet(keys: [self.key.published!]).json) }
        self.server.replies["/token"] = { [unowned self] _ in .json(self.answer) }
        self.server.replies["/userinfo"] = { _ in .json(["sub": "frodo", "email": "frodo@example.com"]) }
    }

    deinit { self.server.close() }

    var origin: String { "http://127.0.0.1:\(self.server.port)" }

    static func settings(_ origin: String) -> ProviderSettings { self.settings(origin, preset: nil) }

    static func settings(_ origin: String, preset: ProviderSettings.Preset?) -> ProviderSettings {
        ProviderSettings(
            name: "corp",
            kind: .issuer(origin, preset: preset),
            clientID: "the client",
            authentication: .secret(Redacted("a:b"))
        )
    }

    static func metadata(_ origin: String) -> JSONValue {
        [
            "issuer": .string(origin),
            "authorization_endpoint": .string(origin + "/authorize?from=app"),
            "token_endpoint": .string(origin + "/token"),
            "jwks_uri": .string(origin + "/jwks"),
            "userinfo_endpoint": .string(origin + "/userinfo"),
            "revocation_endpoint": .string(origin + "/revoke"),
            "end_session_endpoint": .string(origin + "/end"),
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        ]
    }

    /// Of an ID token that needs no user info.
    var claims: JSONValue {
        let now = WallClock.milliseconds / 1000
        return [
            "iss": .string(self.origin), "aud": "the client", "sub": "frodo", "nonce": "the-nonce",
            "iat": .integer(now), "exp": .integer(now + 300), "name": "Frodo", "email": "frodo@example.com",
            "email_verified": true,
        ]
    }

    func mint(_ claims: JSONValue, type: String = "jwt") -> String {
        try! TokenSigner(key: self.key, type: TokenType(type)).sign(claims)
    }

    var answer: JSONValue {
        self.changeAnswer([
            "access_token": .string(Self.accessToken), "token_type": "Bearer", "expires_in": 300,
            "refresh_token": "the-refresh", "id_token": .string(self.mint(self.change(self.claims))),
        ])
    }

    // MARK: - Asking

    /// Runs the loop until `ask` has been answered.
    func run<Value>(_ ask: (@escaping (Value) -> Void) -> Void) throws -> Value {
        var result: Value?
        ask {
            result = $0
            self.loop.stop()
        }
        #expect(result == nil, "it is told from the loop")
        let guardTimer = LoopTimer(on: self.loop, after: .seconds(120)) { self.loop.stop() }
        self.loop.run()
        withExtendedLifetime(guardTimer) {}
        return try #require(result)
    }

    func begin(_ request: SignInRequest = request) throws -> Result<String, ProviderFailure> {
        try self.run { self.provider.begin(request, $0) }
    }

    /// What is wrong with `iss` of a response that brings an error.
    func check(issuer: String?) throws -> ProviderFailure? {
        try self.run { self.provider.check(issuer: issuer, $0) }.failure
    }

    func finish(issuer: String? = nil) throws -> Result<Identity, ProviderFailure> {
        let response = SignInResponse(code: Redacted("the-code"), issuer: issuer, request: Self.request)
        return try self.run { self.provider.finish(response, $0) }
    }

    func refresh(_ identity: Identity) throws -> Result<Refreshed, ProviderFailure> {
        try self.run { self.provider.refresh(identity, $0) }
    }
}

extension Refreshed {
    /// Nil for one that is in doubt.
    var identity: Identity? {
        guard case .identity(let identity, nil) = self else { return nil }
        return identity
    }
}

extension ProviderFailure {
    /// Which of the cases it is, for tables.
    var kind: String {
        switch self {
        case .unavailable: "unavailable"
        case .refused: "refused"
        case .invalid: "invalid"
        }
    }

    var text: String {
        switch self {
        case .unavailable(let text), .refused(let text), .invalid(let text): text
        }
    }
}

extension Result where Failure == ProviderFailure {
    var failure: ProviderFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
