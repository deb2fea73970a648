import Cryptography
import Testing

@testable import Stores

@Suite("Device grants")
struct DeviceGrantTests {
    let store: SQLiteAuthorizationStore
    let device = RandomSecret()
    let user = RandomSecret()
    let grant = Fixture.grant(client: "tv", expires: .seconds(600))

    static func device(_ device: RandomSecret, _ user: RandomSecret) -> DeviceGrant {
        DeviceGrant(
            deviceCode: device.digest,
            userCode: user.digest,
            client: "tv",
            scopes: ["items:read"],
            network: "192.0.2.0/24",
            created: Fixture.now,
            expires: Fixture.now + .seconds(600)
        )
    }

    init() throws {
        self.store = try Fixture.memory()
        try #require(try self.store.addDevice(Self.device(self.device, self.user), at: Fixture.now) == .kept)
    }

    @Test("so many devices of a client may wait, and no more")
    func bound() throws {
        // One is there already.
        let later = Fixture.now + .seconds(1)
        for _ in 2...SQLiteAuthorizationStore.maximumDevices { #expect(try self.add("tv", at: later) == .kept) }
        #expect(try self.add("tv", at: later) == .full(until: Fixture.now + .seconds(600)))
        #expect(try self.add("radio", at: later) == .kept)
        // Who was answered makes room.
        #expect(try self.store.denyDevice(userCode: self.user.digest, at: later))
        #expect(try self.add("tv", at: later) == .kept)
        #expect(try self.add("tv", at: later) == .full(until: later + .seconds(600)))
        #expect(try self.add("tv", at: later + .seconds(600)) == .kept)
    }

    private func add(_ client: String, from source: String? = nil, at now: Timestamp) throws -> Admission {
        let device = DeviceGrant(
            deviceCode: RandomSecret().digest,
            userCode: RandomSecret().digest,
            client: client,
            scopes: [],
            network: "",
            source: source,
            created: now,
            expires: now + .seconds(600)
        )
        return try self.store.addDevice(device, at: now)
    }

    @Test("of one network may wait up to its share of the client's")
    func share() throws {
        let now = Fixture.now
        for _ in 1...SQLiteAuthorizationStore.maximumFromSource {
            #expect(try self.add("tv", from: "203.0.113.9", at: now) == .kept)
        }
        #expect(try self.add("tv", from: "203.0.113.9", at: now) == .full(until: now + .seconds(600)))
        #expect(try self.add("tv", from: "203.0.113.10", at: now) == .kept)
        #expect(try self.add("radio", from: "203.0.113.9", at: now) == .kept)
        #expect(try self.add("tv", from: "203.0.113.9", at: now + .seconds(600)) == .kept)
    }

    private func poll(
        after: Duration,
        client: String = "tv",
        issuing token: RandomSecret? = nil
    ) throws -> DevicePoll {
        let now = Fixture.now + after
        return try self.store.pollDevice(
            self.device.digest,
            client: client,
            grantExpires: now + .seconds(3600),
            issuing: token.map { Fixture.refreshToken($0) },
            at: now
        )
    }

    @Test("are pending, then approved, and give their grant once")
    func approval() throws {
        #expect(try self.poll(after: .zero) == .pending)
        let waiting = Self.device(self.device, self.user)
        #expect(try self.store.device(userCode: self.user.digest, at: Fixture.now) == waiting)
        #expect(try self.store.approveDevice(userCode: self.user.digest, grant: self.grant, at: Fixture.now))
        #expect(try self.store.device(userCode: self.user.digest, at: Fixture.now) == nil)
        guard case .approved(let grant) = try self.poll(after: .seconds(1)) else {
            Issue.record("the person has approved")
            return
        }
        #expect(grant.id == self.grant.id && grant.expires == Fixture.now + .seconds(3601))
        #expect(try self.poll(after: .seconds(10)) == .unknown)
    }

    @Test("give a refresh token with their grant, both or neither")
    func refreshToken() throws {
        let (token, taken) = (RandomSecret(), RandomSecret())
        try self.store.issue(taken)
        #expect(try self.poll(after: .zero, issuing: token) == .pending)
        _ = try self.store.approveDevice(userCode: self.user.digest, grant: self.grant, at: Fixture.now)
        #expect(throws: StoreError.self) { try self.poll(after: .seconds(5), issuing: taken) }
        #expect(try self.store.refreshToken(token.digest, at: Fixture.now) == nil)
        guard case .approved = try self.poll(after: .seconds(6), issuing: token) else {
            Issue.record("the approval is whole")
            return
        }
        #expect(try self.store.refreshToken(token.digest, at: Fixture.now)?.grant.id == self.grant.id)
    }

    @Test("are approved and remembered, both or neither")
    func remembering() throws {
        func approve(_ grant: Grant) throws -> Bool {
            let consent = Consent(user: "alice", client: "tv", scopes: ["items:read"], given: Fixture.now)
            let code = self.user.digest
            return try self.store.approveDevice(userCode: code, grant: grant, remembering: consent, at: Fixture.now)
        }
        let taken = Fixture.grant()
        try self.store.addGrant(taken, at: Fixture.now)
        #expect(throws: StoreError.self) { try approve(taken) }
        #expect(try self.store.consents(ofUser: "alice").isEmpty)
        #expect(try approve(self.grant))
        #expect(try self.store.consent(ofUser: "alice", toClient: "tv")?.scopes == ["items:read"])
        _ = try self.store.withdrawConsent(ofUser: "alice", toClient: "tv", at: Fixture.now)
        #expect(try !approve(Fixture.grant(client: "tv")))
        #expect(try self.store.consents(ofUser: "alice").isEmpty)
    }

    @Test("are decided once")
    func once() throws {
        #expect(try self.store.denyDevice(userCode: self.user.digest, at: Fixture.now))
        #expect(try !self.store.approveDevice(userCode: self.user.digest, grant: self.grant, at: Fixture.now))
        #expect(try !self.store.denyDevice(userCode: self.user.digest, at: Fixture.now))
        #expect(try self.poll(after: .zero) == .denied)
        #expect(try self.store.grant(self.grant.id, at: Fixture.now) == nil)
    }

    @Test("that are polled too fast wait five seconds longer each time (RFC 8628, section 3.5)")
    func slowDown() throws {
        #expect(try self.poll(after: .zero) == .pending)
        #expect(try self.poll(after: .seconds(4)) == .slowDown(interval: 10))
        #expect(try self.poll(after: .seconds(13)) == .slowDown(interval: 15))
        #expect(try self.poll(after: .seconds(28)) == .pending)
        #expect(try self.poll(after: .milliseconds(42_500)) == .pending)
    }

    @Test("are not polled too fast after a poll that is yet to come: the clock was set back")
    func clockSetBack() throws {
        #expect(try self.poll(after: .seconds(300)) == .pending)
        #expect(try self.poll(after: .seconds(10)) == .pending)
        #expect(try self.poll(after: .seconds(12)) == .slowDown(interval: 10))
    }

    @Test("expire, are told so for a while, and are then forgotten")
    func expiry() throws {
        #expect(try self.poll(after: .seconds(600)) == .expired)
        let end = Fixture.now + .seconds(600)
        #expect(try !self.store.approveDevice(userCode: self.user.digest, grant: self.grant, at: end))
        try self.store.removeExpired(at: Fixture.now + .seconds(1200))
        #expect(try self.poll(after: .seconds(1200)) == .unknown)
    }

    @Test("of another client are unknown, also when they were approved")
    func client() throws {
        #expect(try self.poll(after: .zero, client: "docs") == .unknown)
        _ = try self.store.approveDevice(userCode: self.user.digest, grant: self.grant, at: Fixture.now)
        #expect(try self.poll(after: .zero, client: "docs") == .unknown)
    }

    @Test("of a grant that was revoked meanwhile are unknown")
    func revoked() throws {
        _ = try self.store.approveDevice(userCode: self.user.digest, grant: self.grant, at: Fixture.now)
        #expect(try self.store.revokeGrants(ofUser: "alice", at: Fixture.now) == 1)
        #expect(try self.poll(after: .zero) == .unknown)
    }

    @Test("never share a user code")
    func collision() throws {
        #expect(try self.store.addDevice(Self.device(RandomSecret(), self.user), at: Fixture.now) == .nameTaken)
        #expect(try self.store.addDevice(Self.device(RandomSecret(), RandomSecret()), at: Fixture.now) == .kept)
    }
}
