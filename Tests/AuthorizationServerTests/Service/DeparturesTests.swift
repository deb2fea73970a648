import Cryptography
import Testing

@testable import AuthorizationServer
@testable import Stores

@Suite("Who has left")
struct DeparturesTests {
    private let bench: EndpointBench

    init() throws { self.bench = try EndpointBench() }

    @Test("leaves no session and no consent to who comes under the same name")
    func nothingToInherit() throws {
        let (store, now) = (self.bench.store, self.bench.now)
        let cookie = RandomSecret()
        let session = BrowserSession(
            id: "s",
            digest: cookie.digest,
            user: "mallory",
            authenticated: now,
            idleExpires: now + .seconds(60),
            expires: now + .seconds(60)
        )
        try store.addSession(session, at: now)
        try store.remember(Consent(user: "trent", client: "gone", scopes: [], given: now))
        try Departures.revoke(store, self.bench.policy, at: now)
        #expect(try store.session(cookie.digest, at: now) == nil)
        #expect(try store.consents(ofUser: "trent").isEmpty)
    }

    @Test("leaves no sign-in to who comes under the same name, also who never got further")
    func signIns() throws {
        let (store, now) = (self.bench.store, self.bench.now)
        let signIns = ["alice", "mallory"].map { user in
            SignIn(user: user, time: now, succeeded: false, network: "192.0.2.7", userAgent: "Browser/1")
        }
        try store.recordSignIns(signIns, at: now)
        try Departures.revoke(store, self.bench.policy, at: now)
        #expect(try store.signIns(ofUser: "mallory", limit: 10).isEmpty)
        #expect(try store.signIns(ofUser: "alice", limit: 10).count == 1)
    }

    @Test("AS10: has another password in the policy of the next start, and signs in again")
    func passwords() throws {
        let (store, now) = (self.bench.store, self.bench.now)
        try Departures.revoke(store, self.bench.policy, at: now)
        let grant = self.bench.grant()
        let session = BrowserSession(
            id: "s",
            digest: RandomSecret().digest,
            user: "alice",
            authenticated: now,
            idleExpires: now + .seconds(60),
            expires: now + .seconds(60)
        )
        try store.addGrant(grant, at: now)
        try store.addSession(session, at: now)
        // A restart with the same policy changes nothing.
        try Departures.revoke(store, ServerPolicy(self.bench.policy.settings), at: now)
        #expect(try store.grant(grant.id, at: now)?.revoked == nil)
        #expect(try store.session(session.digest, at: now) == session)
        var settings = self.bench.policy.settings
        settings.users[0].passwordHash = try PasswordHash(hashing: RandomSecret().text)
        try Departures.revoke(store, ServerPolicy(settings), at: now)
        #expect(try store.grant(grant.id, at: now)?.revoked == now)
        #expect(try store.session(session.digest, at: now) == nil)
        // What came after the change stays.
        let later = self.bench.grant()
        try store.addGrant(later, at: now)
        try Departures.revoke(store, ServerPolicy(settings), at: now)
        #expect(try store.grant(later.id, at: now)?.revoked == nil)
    }

    @Test("AS10: has moved from the policy to the store, and signs in again")
    func moved() throws {
        let (store, now) = (self.bench.store, self.bench.now)
        try Departures.revoke(store, self.bench.policy, at: now)
        let grant = self.bench.grant()
        try store.addGrant(grant, at: now)
        var settings = self.bench.policy.settings
        settings.users = []
        let hash = try PasswordHash(hashing: RandomSecret().text)
        #expect(try store.addUser(UserRecord(name: "alice", passwordHash: hash, created: now)))
        try Departures.revoke(store, ServerPolicy(settings), at: now)
        #expect(try store.grant(grant.id, at: now)?.revoked == now)
    }
}
