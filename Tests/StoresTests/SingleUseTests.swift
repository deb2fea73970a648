import Cryptography
import JOSE
import Testing

@testable import Stores

@Suite("What is used once")
struct SingleUseTests {
    let store: SQLiteAuthorizationStore

    init() throws { self.store = try Fixture.memory() }

    @Test("a pushed request is read until it is used up, by its client alone")
    func pushedRequest() throws {
        let secret = RandomSecret()
        let request = PushedRequest(
            digest: secret.digest,
            client: "docs",
            parameters: ["scope": "openid", "state": "\"'; DROP TABLE users; --"],
            expires: Fixture.now + .seconds(60)
        )
        #expect(try self.store.addPushedRequest(request, at: Fixture.now) == .kept)
        #expect(try self.store.pushedRequest(secret.digest, client: "worker", at: Fixture.now) == nil)
        #expect(try !self.answer(secret, client: "worker"))
        #expect(try self.store.pushedRequest(secret.digest, client: "docs", at: Fixture.now) == request)
        #expect(try self.store.pushedRequest(secret.digest, client: "docs", at: request.expires) == nil)
        #expect(try !self.answer(secret, at: request.expires))
    }

    /// Whether a code was kept that uses up a pushed request.
    private func answer(
        _ request: RandomSecret,
        client: String = "docs",
        at now: Timestamp = Fixture.now
    ) throws -> Bool {
        let code = Fixture.code(RandomSecret(), grant: Fixture.grant(client: client))
        return try self.store.addCode(code, consuming: request.digest, at: now)
    }

    @Test("a pushed request is answered once, with a code or a grant")
    func answeredOnce() throws {
        let secret = RandomSecret()
        let (digest, end) = (secret.digest, Fixture.now + .seconds(60))
        let request = PushedRequest(digest: digest, client: "docs", parameters: [:], expires: end)
        #expect(try self.store.addPushedRequest(request, at: Fixture.now) == .kept)
        #expect(try self.answer(secret))
        #expect(try self.store.pushedRequest(digest, client: "docs", at: Fixture.now) == nil)
        let consent = Consent(user: "alice", client: "docs", scopes: ["openid"], given: Fixture.now)
        let grant = Fixture.grant()
        #expect(try !self.answer(secret))
        #expect(try !self.store.addGrant(grant, consuming: digest, remembering: consent, at: Fixture.now))
        #expect(try self.store.count("SELECT count(*) FROM authorization_codes") == 1)
        #expect(try self.store.count("SELECT count(*) FROM grants") == 1)
        #expect(try self.store.consents(ofUser: "alice").isEmpty)
        #expect(try self.store.addGrant(grant, consuming: nil, remembering: consent, at: Fixture.now))
        #expect(try self.store.consents(ofUser: "alice") == [consent])
    }

    @Test("AS20: a pushed request is there still if its answer cannot be kept, and nothing was allowed")
    func failedAnswer() throws {
        let secret = RandomSecret()
        let (digest, end) = (secret.digest, Fixture.now + .seconds(60))
        let request = PushedRequest(digest: digest, client: "docs", parameters: [:], expires: end)
        #expect(try self.store.addPushedRequest(request, at: Fixture.now) == .kept)
        let consent = Consent(user: "alice", client: "docs", scopes: ["openid"], given: Fixture.now)
        let grant = Fixture.grant()
        // There is a grant of that name: another cannot be kept.
        try self.store.addGrant(grant, at: Fixture.now)
        let code = Fixture.code(RandomSecret(), grant: grant)
        #expect(throws: StoreError.self) {
            try self.store.addCode(code, consuming: digest, remembering: consent, at: Fixture.now)
        }
        #expect(throws: StoreError.self) {
            try self.store.addGrant(grant, consuming: digest, remembering: consent, at: Fixture.now)
        }
        #expect(try self.store.pushedRequest(digest, client: "docs", at: Fixture.now) == request)
        #expect(try self.store.consents(ofUser: "alice").isEmpty)
        #expect(try self.answer(secret))
    }

    @Test("so many pushed requests of a client are kept, and no more")
    func pushedRequestsOfAClient() throws {
        let now = Fixture.now
        for _ in 1...SQLiteAuthorizationStore.maximumPushedRequests { #expect(try self.push("docs", at: now) == .kept) }
        #expect(try self.push("docs", at: now + .seconds(5)) == .full(until: now + .seconds(60)))
        #expect(try self.push("site", at: now) == .kept)
        #expect(try self.push("docs", at: now + .seconds(60)) == .kept)
    }

    private func push(_ client: String, from source: String? = nil, at now: Timestamp) throws -> Admission {
        let request = PushedRequest(
            digest: RandomSecret().digest,
            client: client,
            parameters: [:],
            expires: now + .seconds(60),
            source: source
        )
        return try self.store.addPushedRequest(request, at: now)
    }

    @Test("a network has a share of a client's pushed requests")
    func pushedRequestsOfANetwork() throws {
        let now = Fixture.now
        for _ in 1...SQLiteAuthorizationStore.maximumFromSource {
            #expect(try self.push("docs", from: "203.0.113.9", at: now) == .kept)
        }
        #expect(try self.push("docs", from: "203.0.113.9", at: now + .seconds(5)) == .full(until: now + .seconds(60)))
        #expect(try self.push("docs", from: "203.0.113.10", at: now) == .kept)
        #expect(try self.push("docs", from: "203.0.113.9", at: now + .seconds(60)) == .kept)
    }

    @Test("a jti is used once in each space by each owner, until it is over")
    func tokenIDs() throws {
        func use(_ id: String, _ space: TokenIDSpace, _ owner: String, after: Duration = .zero) throws -> Bool {
            let now = Fixture.now + after
            return try self.store.useTokenID(id, in: space, owner: owner, expires: now + .seconds(60), at: now)
        }
        #expect(try use("1", .clientAssertion, "signed"))
        #expect(try !use("1", .clientAssertion, "signed"))
        #expect(try use("1", .clientAssertion, "other"))
        #expect(try use("1", .proof, "signed"))
        // The border between owner and name is no matter of a sign that both may have.
        #expect(try use("b:c", .proof, "a") && use("c", .proof, "a:b"))
        #expect(try !use("1", .clientAssertion, "signed", after: .milliseconds(59_999)))
        try self.store.removeExpired(at: Fixture.now + .seconds(60))
        #expect(try use("1", .clientAssertion, "signed", after: .seconds(60)))
    }

    @Test("a code, a pushed request and an initial access token of the same text are different things")
    func namespaces() throws {
        let secret = RandomSecret()
        _ = try self.store.addCode(Fixture.code(secret), at: Fixture.now)
        #expect(try !self.answer(secret))
        #expect(try self.store.initialAccessToken(secret.digest, at: Fixture.now) == nil)
        #expect(try self.store.refreshToken(secret.digest, at: Fixture.now) == nil)
        #expect(try self.store.session(secret.digest, at: Fixture.now) == nil)
    }

    @Test("an initial access token registers as many clients as it says")
    func registration() throws {
        let secret = RandomSecret()
        let (digest, end) = (secret.digest, Fixture.now + .seconds(60))
        let token = InitialAccessToken(digest: digest, scopes: ["items:read"], remainingUses: 2, expires: end)
        try self.store.addInitialAccessToken(token, at: Fixture.now)
        func register(_ name: String, at now: Timestamp = Fixture.now) throws -> ClientRegistration {
            let client = ClientRecord(name: name, origin: .registration, created: now)
            return try self.store.registerClient(client, with: digest, at: now)
        }
        #expect(try register("one") == .registered)
        #expect(try register("one") == .nameTaken)
        #expect(try self.store.initialAccessToken(digest, at: Fixture.now)?.remainingUses == 1)
        #expect(try register("two", at: end) == .tokenUnknown)
        try self.store.addInitialAccessToken(token, at: Fixture.now)
        #expect(try register("two") == .registered)
        #expect(try register("three") == .registered)
        #expect(try register("four") == .tokenUnknown)
        #expect(try self.store.initialAccessToken(digest, at: Fixture.now) == nil)
        #expect(try self.store.clients().map(\.name) == ["one", "three", "two"])
    }

    @Test("an initial access token without a number registers until it is over")
    func unlimited() throws {
        let secret = RandomSecret()
        let end = Fixture.now + .seconds(60)
        let token = InitialAccessToken(digest: secret.digest, scopes: [], remainingUses: nil, expires: end)
        try self.store.addInitialAccessToken(token, at: Fixture.now)
        for name in ["one", "two", "three"] {
            let client = ClientRecord(name: name, origin: .registration, created: Fixture.now)
            #expect(try self.store.registerClient(client, with: secret.digest, at: Fixture.now) == .registered)
        }
        #expect(try self.store.initialAccessToken(secret.digest, at: Fixture.now) == token)
    }
}
