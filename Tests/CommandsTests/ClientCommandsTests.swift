import AuthorizationServer
import Cryptography
import JOSE
import Stores
import Testing

@testable import Commands

@Suite("Clients of the store")
struct ClientCommandsTests {
    private let fixture: AdministrationFixture

    init() throws { self.fixture = try AdministrationFixture() }

    private var administration: ServerAdministration { self.fixture.administration }

    @Test("are kept as they were described")
    func add() throws {
        let secret = RandomSecret()
        var draft = ClientDraft(name: "worker", authentication: .secret(secret.digest))
        draft.displayName = "The Worker"
        draft.redirectURIs = ["https://a.example/callback"]
        draft.postLogoutRedirectURIs = ["https://a.example/"]
        draft.grants = ["client_credentials", "authorization_code"]
        draft.scopes = ["items:read", "openid", "items:read"]
        draft.introspects = ["items-api"]
        draft.requiresPushedRequests = true
        try self.administration.add(draft)
        let record = try #require(try self.fixture.store.client(named: "worker"))
        #expect(record.origin == .command)
        #expect(record.scopes == ["items:read", "openid"])
        #expect(record.secret?.verifies(secret.text) == true)
        #expect(try Client(record) == draft.client(of: self.fixture.settings))
        #expect(record.created == AdministrationFixture.now)
    }

    @Test("are public, or sign with keys of their own")
    func others() throws {
        var app = ClientDraft(name: "app", authentication: .none)
        app.grants = ["device_code"]
        try self.administration.add(app)
        #expect(try self.fixture.store.client(named: "app").map(Client.init)?.isConfidential == false)
        let keys = try ClientDraft.keys(Array(CommandFixture().keySet.utf8))
        var signed = ClientDraft(name: "signed", authentication: keys)
        signed.grants = ["client_credentials"]
        try self.administration.add(signed)
        #expect(try self.fixture.store.client(named: "signed").map(Client.init)?.authentication == keys)
    }

    @Test(
        "bring public keys, and nothing else",
        arguments: ["", "{}", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}"]
    )
    func noKeys(_ text: String) {
        #expect(throws: AdministrationError.self) { try ClientDraft.keys(Array(text.utf8)) }
    }

    private static let mistakes: [(String, @Sendable (inout ClientDraft) -> Void)] = [
        ("NAME", { $0.name = "client:app" }),
        ("--redirect-uri http://a.example/", { $0.redirectURIs = ["http://a.example/"] }),
        ("--redirect-uri https://*.a.example/", { $0.redirectURIs = ["https://*.a.example/"] }),
        ("--redirect-uri https://…@a.example/", { $0.redirectURIs = ["https://me:pass@a.example/"] }),
        ("--post-logout-redirect-uri a", { $0.postLogoutRedirectURIs = ["a"] }),
        ("--grant code", { $0.grants = ["code"] }),
        ("--grant password", { $0.grants = ["password"] }),
        ("--scope items:write", { $0.scopes = ["items:write"] }),
        ("--introspect other-api", { $0.introspects = ["other-api"] }),
        ("client app", { $0.grants = ["authorization_code"] }),
        ("client app", { $0.grants = ["client_credentials"] }),
        ("client app", { $0.grants = [] }),
    ]

    @Test("obey the rules of the policy", arguments: Self.mistakes)
    func rules(_ option: String, _ change: @Sendable (inout ClientDraft) -> Void) throws {
        var draft = ClientDraft(name: "app", authentication: .none)
        draft.grants = ["device_code"]
        change(&draft)
        let error = #expect(throws: AdministrationError.self) { try self.administration.add(draft) }
        guard case .invalid(let named, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(named == option)
        #expect(try self.fixture.store.clients().isEmpty)
    }

    static let slips: [(String, String, @Sendable (inout ClientDraft) -> Void)] = [
        ("--scope item:read", "items:read", { $0.scopes = ["item:read"] }),
        ("--scope opnid", "openid", { $0.scopes = ["opnid"] }),
        ("--grant devicecode", "device_code", { $0.grants = ["devicecode"] }),
        ("--introspect items-apu", "items-api", { $0.introspects = ["items-apu"] }),
    ]

    @Test("are told which word was probably meant", arguments: Self.slips)
    func suggestions(_ option: String, _ meant: String, _ change: @Sendable (inout ClientDraft) -> Void) throws {
        var draft = ClientDraft(name: "app", authentication: .secret(RandomSecret().digest))
        draft.grants = ["device_code"]
        change(&draft)
        let error = #expect(throws: AdministrationError.self) { try self.administration.add(draft) }
        #expect(error?.description.hasPrefix("\(option): ") == true)
        #expect(error?.description.hasSuffix("; did you mean `\(meant)`?") == true)
    }

    @Test("have a name that no other client has")
    func taken() throws {
        var draft = ClientDraft(name: "app", authentication: .none)
        draft.grants = ["device_code"]
        try self.administration.add(draft)
        #expect(throws: AdministrationError.taken("client", name: "app")) { try self.administration.add(draft) }
        draft.name = "shop"
        #expect(throws: AdministrationError.inPolicy("client", name: "shop")) { try self.administration.add(draft) }
    }

    @Test("are listed behind those of the policy, and go when they are removed")
    func list() throws {
        var draft = ClientDraft(name: "worker", authentication: .secret(RandomSecret().digest))
        draft.grants = ["client_credentials"]
        draft.scopes = ["items:read"]
        try self.administration.add(draft)
        let listing = try self.administration.clients()
        #expect(
            listing.text == """
                NAME    SOURCE  AUTHENTICATION  GRANTS              SCOPES      REDIRECT URIS  CREATED
                shop    policy  public          device_code         -           -              -
                worker  store   secret          client_credentials  items:read  -              2027-01-15T08:00:00Z

                """
        )
        #expect(listing.json.array?.map { $0["source"] } == ["policy", "store"])
        #expect(!listing.json.jsonText.contains("sha256"))
        #expect(throws: AdministrationError.inPolicy("client", name: "shop")) {
            try self.administration.removeClient("shop")
        }
        try self.administration.removeClient("worker")
        #expect(throws: AdministrationError.unknown("client", name: "worker")) {
            try self.administration.removeClient("worker")
        }
    }

    @Test("that have come by themselves are told from those of commands")
    func registered() throws {
        let record = ClientRecord(name: "guest", origin: .registration, created: AdministrationFixture.now)
        #expect(try self.fixture.store.addClient(record))
        let listing = try self.administration.clients()
        #expect(listing.text.contains("guest  store (registered)  public"))
        #expect(listing.json.array?.map { $0["registered"] } == [false, true])
        #expect(listing.json.array?.map { $0["source"] } == ["policy", "store"])
    }

    // MARK: - Invitations

    @Test("register themselves with an invitation, as often as it says and no longer")
    func invite() throws {
        let token = try self.administration.invite(scopes: ["items:read"], for: .seconds(60), uses: 2)
        let known = try self.fixture.store.initialAccessToken(token.digest, at: AdministrationFixture.now)
        #expect(known?.scopes == ["items:read"])
        #expect(known?.remainingUses == 2)
        let later = AdministrationFixture.now + .seconds(60)
        #expect(try self.fixture.store.initialAccessToken(token.digest, at: later) == nil)
    }

    @Test("are invited within bounds")
    func bounds() throws {
        for (seconds, uses) in [(0, 1), (365 * 86_400 + 1, 1), (60, 0), (60, 1001)] {
            #expect(throws: AdministrationError.self) {
                try self.administration.invite(scopes: [], for: .seconds(seconds), uses: Int64(uses))
            }
        }
        #expect(throws: AdministrationError.self) {
            try self.administration.invite(scopes: ["items:write"], for: .seconds(60), uses: 1)
        }
        _ = try self.administration.invite(scopes: [], for: .seconds(365 * 86_400), uses: 1000)
    }

    @Test("can register when the policy says so")
    func registration() throws {
        #expect(!self.administration.allowsRegistration)
        #expect(try AdministrationFixture("  registration: token").administration.allowsRegistration)
    }
}

@Suite("Keys of the store")
struct KeyCommandsTests {
    @Test("follow one another once everybody can have the new one")
    func rotate() throws {
        let fixture = try AdministrationFixture()
        let start = try fixture.administration.rotateKeys()
        // The max-age of the set, after the five seconds in which a server publishes the key.
        #expect(start == AdministrationFixture.now + .seconds(605))
        let keys = try fixture.store.signingKeys(at: AdministrationFixture.now)
        #expect(keys.map(\.signsFrom) == [start])
        #expect(keys.map(\.algorithm) == [.es256])
    }

    @Test("are none where a secret signs")
    func secret() throws {
        let secret = "base64:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
        let fixture = try AdministrationFixture("  keys: { algorithm: HS256, secret: \"\(secret)\" }")
        #expect(throws: AdministrationError.sharedSecret) { try fixture.administration.rotateKeys() }
    }

    private static func open(_ settings: AuthorizationServerSettings) throws {
        _ = try AuthorizationService.openStore(settings, mayMake: true)
    }

    @Test("are looked for in a store that is there: a misspelt path makes no empty one")
    func misspelt() throws {
        var settings = try AdministrationFixture().settings
        settings.store = .sqlite("/nowhere/gatehouse.db")
        let error = #expect(throws: AuthorizationStartError.self) {
            _ = try AuthorizationService.openStore(settings, mayMake: false)
        }
        #expect(error?.description.hasPrefix("authorization_server.store: there is no /nowhere/gatehouse.db") == true)
    }

    @Test("live in a file that other processes find, or no command reaches them")
    func memory() throws {
        var settings = try AdministrationFixture().settings
        settings.store = .memory
        let error = #expect(throws: AuthorizationStartError.self) { try Self.open(settings) }
        #expect(error?.description.hasPrefix("authorization_server.store: `memory` is what only") == true)
    }
}
