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

    @Test("AS10: are those of a policy who have another password in the next one")
    func passwords() throws {
        let former = self.bench.policy.settings
        #expect(Departures.withNewPassword(former, former).isEmpty)
        var next = former
        let user = try #require(next.users.first)
        next.users[0].passwordHash = try PasswordHash(hashing: RandomSecret().text)
        #expect(Departures.withNewPassword(former, next) == [user.name])
        next.users.removeFirst()
        #expect(Departures.withNewPassword(former, next).isEmpty)
    }
}
