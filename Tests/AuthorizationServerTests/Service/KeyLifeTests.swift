import Cryptography
import JOSE
import Stores
import Testing

@testable import AuthorizationServer

@Suite("The life of signing keys")
struct KeyLifeTests {
    private let store: SQLiteAuthorizationStore
    private let start = Timestamp(seconds: 1_800_000_000)
    private var settings: AuthorizationServerSettings

    init() throws {
        self.store = try SQLiteAuthorizationStore(.memory, ring: SealingRing(.generate()))
        self.settings = AuthorizationServerSettings(
            issuer: try IssuerAddress("https://id.example.com/identity"),
            store: .memory,
            keys: SigningKeySettings(),
            audiences: ["items-api"]
        )
        self.settings.keys.rotation = .seconds(86_400)
    }

    @Test("begins with a key that signs at once, and says nothing more while nothing changes")
    func first() throws {
        var life = KeyLife(self.settings)
        let keys = try #require(try life.keys(self.store, at: self.start))
        #expect(keys.published.keys.count == 1)
        #expect(keys.signing(at: self.start).keyID == keys.published.keys[0].keyID)
        #expect(try life.keys(self.store, at: self.start + .seconds(3600)) == nil)
    }

    @Test("goes on with the key that is there when the clock was set back, at the start and later")
    func clockSetBack() throws {
        var life = KeyLife(self.settings)
        let name = try #require(try life.keys(self.store, at: self.start)).signing(at: self.start).keyID
        let earlier = self.start - .seconds(3600)
        var restarted = KeyLife(self.settings)
        let keys = try #require(try restarted.keys(self.store, at: earlier))
        #expect(keys.published.keys.map(\.keyID) == [name])
        #expect(keys.signing(at: earlier).keyID == name)
        #expect(try life.keys(self.store, at: earlier) == nil)
    }

    @Test("goes on with the key of another process")
    func shared() throws {
        var one = KeyLife(self.settings)
        var other = KeyLife(self.settings)
        let mine = try #require(try one.keys(self.store, at: self.start))
        let others = try #require(try other.keys(self.store, at: self.start))
        #expect(mine.published.keys.map(\.keyID) == others.published.keys.map(\.keyID))
    }

    @Test(
        "publishes the next key for the max-age of the set before that signs, and the last one until its tokens are over"
    )
    func rotation() throws {
        var life = KeyLife(self.settings)
        let first = try #require(try life.keys(self.store, at: self.start)).signing(at: self.start).keyID
        let due = self.start + self.settings.keys.rotation
        #expect(try life.keys(self.store, at: due - .milliseconds(1)) == nil)
        let keys = try #require(try life.keys(self.store, at: due))
        #expect(keys.published.keys.count == 2)
        let signs = due + SigningKeyMaker.publicationMargin + .seconds(SigningKeys.maximumAge)
        #expect(keys.signing(at: signs - .milliseconds(1)).keyID == first)
        #expect(keys.signing(at: signs).keyID != first)

        let lastToken = signs + self.settings.lifetimes.access
        #expect(try self.store.signingKeys(at: lastToken).count == 2)
        #expect(try self.store.signingKeys(at: lastToken + .seconds(121)).map(\.keyID) != [first])
        #expect(try self.store.signingKeys(at: lastToken + .seconds(121)).count == 1)
    }

    @Test(
        "lets a key of a command wait for its max-age after the server has published it, however late that was",
        arguments: [5, 60, 600]
    )
    func publication(seconds: Int) throws {
        var life = KeyLife(self.settings)
        let first = try #require(try life.keys(self.store, at: self.start)).signing(at: self.start).keyID
        try SigningKeyMaker.rotate(self.store, self.settings, at: self.start)
        // Within five seconds, unless the server is busy.
        let published = self.start + .seconds(seconds)
        let keys = try #require(try life.keys(self.store, at: published))
        let kept = published + .seconds(SigningKeys.maximumAge)
        #expect(keys.signing(at: kept - .milliseconds(1)).keyID == first)
        #expect(keys.signing(at: kept).keyID != first)
    }

    @Test("follows another algorithm of the policy as it follows a schedule")
    func otherAlgorithm() throws {
        var life = KeyLife(self.settings)
        _ = try life.keys(self.store, at: self.start)
        var changed = self.settings
        changed.keys.algorithm = .edDSA
        life.adopt(changed)
        let keys = try #require(try life.keys(self.store, at: self.start))
        #expect(keys.published.keys.map(\.algorithm) == [.es256, .edDSA])
        #expect(keys.signing(at: self.start).algorithm == .es256)
        let signs = self.start + SigningKeyMaker.publicationMargin + .seconds(SigningKeys.maximumAge)
        #expect(keys.signing(at: signs).algorithm == .edDSA)
    }

    @Test("publishes nothing of a shared secret")
    func secret() throws {
        var settings = self.settings
        settings.keys.algorithm = .hs256
        settings.keys.secret = try SecretKey(Randomness.bytes(count: 32))
        var life = KeyLife(settings)
        let keys = try #require(try life.keys(self.store, at: self.start))
        #expect(keys.published.keys.isEmpty)
        #expect(keys.signing(at: self.start).algorithm == .hs256)
    }
}
