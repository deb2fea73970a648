import Bytes
import Cryptography
import Dispatch
import Endpoints
import HTTP
import PageReading
import Reactor
import Stores
import Telemetry
import Testing

@testable import AuthorizationServer
@testable import Login

/// A provider `local` with the server in this process, where `alice` can sign in.
final class EmbeddedBench {
    static let issuer = "https://id.example.com/identity"
    static let request = SignInRequest(
        state: "the-state",
        nonce: "the-nonce",
        // RFC 7636, appendix B.
        verifier: Redacted("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    )
    /// A published vector of crypt(5), which costs little.
    private static let password = "pleaseletmein"
    private static let passwordHash = "$2b$04$CCCCCCCCCCCCCCCCCCCCC.3WPQy/x8EhyouO1Eia.f.CS216k/lTq"

    let loop = EventLoop()
    let server: AuthorizationService
    let provider: EmbeddedProvider
    private let audit = LogWriter(fileDescriptor: -1)
    private var cookies: [String: String] = [:]

    init(_ change: (inout AuthorizationServerSettings) throws -> Void = { _ in }) throws {
        let baseURL = try #require(BaseURL("https://app.example.com"))
        let login = LoginSettings(baseURL: baseURL, providers: [Self.settings])
        var settings = AuthorizationServerSettings(
            issuer: try IssuerAddress(Self.issuer),
            store: .memory,
            keys: SigningKeySettings(),
            audiences: ["items-api"]
        )
        settings.scopes = [ScopeSettings(name: "items:read", words: "Read your items")]
        var alice = User(name: "alice", passwordHash: try PasswordHash(Self.passwordHash))
        alice.email = "alice@example.com"
        alice.isEmailVerified = true
        alice.groups = ["staff"]
        settings.users = [alice]
        settings.gateway = login.gatewayClient
        try change(&settings)
        self.server = try AuthorizationService(settings, log: OperationalLog(), audit: self.audit) { _ in }
        self.provider = EmbeddedProvider(Self.settings, baseURL: baseURL, server: self.server, loop: self.loop)
    }

    deinit {
        self.server.stop()
        self.audit.stop(within: .seconds(5))
    }

    static let settings: ProviderSettings = {
        var settings = ProviderSettings(
            name: "local",
            kind: .embedded,
            clientID: ProviderSettings.embeddedClientID,
            authentication: .embedded
        )
        settings.scopes.append("items:read")
        return settings
    }()

    // MARK: - Asking

    /// Runs the loop until `ask` has been answered.
    func run<Value>(_ ask: (@escaping (Value) -> Void) -> Void) throws -> Value {
        var result: Value?
        ask {
            result = $0
            self.loop.stop()
        }
        #expect(result == nil, "it is told from the loop")
        let guardTimer = LoopTimer(on: self.loop, after: .seconds(20)) { self.loop.stop() }
        self.loop.run()
        withExtendedLifetime(guardTimer) {}
        return try #require(result)
    }

    func begin() throws -> String { try self.run { self.provider.begin(Self.request, $0) }.get() }

    /// What is wrong with `iss` of a response that brings an error.
    func check(issuer: String?) throws -> ProviderFailure? {
        try self.run { self.provider.check(issuer: issuer, $0) }.failure
    }

    func finish(_ response: SignInResponse) throws -> Result<Identity, ProviderFailure> {
        try self.run { self.provider.finish(response, $0) }
    }

    func refresh(_ identity: Identity) throws -> Result<Refreshed, ProviderFailure> {
        try self.run { self.provider.refresh(identity, $0) }
    }

    func identity() throws -> Identity { try self.finish(self.signedIn()).get() }

    // MARK: - The browser

    /// What the browser comes back with after alice has signed in.
    func signedIn() throws -> SignInResponse {
        let page = try self.follow(self.begin())
        let form = try HTMLReader(String(decoding: page.answer.body, as: UTF8.self))
        var fields = [("username", "alice"), ("password", Self.password)]
        for tag in form.tags where tag.name == "input" && tag.attributes["type"] == "hidden" {
            fields.append((try #require(tag.attributes["name"]), tag.attributes["value"] ?? ""))
        }
        let answer = try self.ask(.post, .login, FormEncoding.encode(fields))
        let last = try self.follow(try #require(answer.location))
        let query = try #require(last.address.split(separator: "?").last)
        let parameters = try Parameters(parsing: Array(query.utf8))
        #expect(last.address.hasPrefix("https://app.example.com/oauth2/callback?"))
        #expect(parameters["state"] == Self.request.state)
        return SignInResponse(
            code: Redacted(try #require(parameters["code"])),
            issuer: parameters["iss"],
            request: Self.request
        )
    }

    /// Goes where redirects lead, as long as it is the server.
    private func follow(_ address: String) throws -> (address: String, answer: EndpointAnswer) {
        var (address, answer) = (address, EndpointAnswer(status: 200))
        for _ in 0..<5 {
            let path = address.hasPrefix(Self.issuer) ? address.dropFirst("https://id.example.com".count) : address[...]
            guard path.hasPrefix("/identity/") else { break }
            let parts = path.dropFirst("/identity/".count).split(separator: "?", maxSplits: 1).map(String.init)
            answer = try self.ask(.get, try #require(Endpoint(rawValue: parts[0])), parts.count > 1 ? parts[1] : "")
            guard let next = answer.location else { break }
            address = next
        }
        return (address, answer)
    }

    private func ask(_ method: Method, _ endpoint: Endpoint, _ parameters: String) throws -> EndpointAnswer {
        var request = EndpointRequest(method: method, requestID: "r-1")
        if method == .get { request.query = Array(parameters.utf8) } else { request.body = Array(parameters.utf8) }
        request.contentType = "application/x-www-form-urlencoded"
        request.fetchSite = "same-origin"
        request.cookies = [Array(self.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ").utf8)]
        let (answered, monitor) = (DispatchSemaphore(value: 0), Monitor())
        nonisolated(unsafe) var answer: EndpointAnswer?
        let now = Timestamp(milliseconds: WallClock.milliseconds)
        self.server.submit(EndpointCall(request, to: endpoint, now: now)) { given in
            monitor.locked { answer = given }
            answered.signal()
        }
        try #require(answered.wait(timeout: .now() + 20) == .success)
        let given = try #require(monitor.locked { answer })
        for field in given.fields where "\(field.name)" == "Set-Cookie" {
            let pair = field.value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            self.cookies[String(pair[0])] = String(pair[1])
        }
        return given
    }
}

extension EndpointAnswer {
    fileprivate var location: String? { self.fields.first { "\($0.name)" == "Location" }?.value }
}
