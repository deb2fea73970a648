import Cryptography
import Testing

@testable import Stores

@Suite("Stored signing keys")
struct SigningKeyTests {
    private static func key(_ name: String, _ algorithm: SignatureAlgorithm = .es256) throws -> StoredSigningKey {
        StoredSigningKey(
            keyID: name,
            algorithm: algorithm,
            privateKey: try PrivateKey(generatingFor: algorithm),
            created: Fixture.now,
            publishedSince: Fixture.now,
            signsFrom: Fixture.now + .seconds(600)
        )
    }

    @Test("come back with their private part", arguments: [SignatureAlgorithm.es256, .rs256, .edDSA])
    func roundTrip(_ algorithm: SignatureAlgorithm) throws {
        let store = try Fixture.memory()
        let key = try Self.key("one", algorithm)
        #expect(try store.addFirstSigningKey(key, at: Fixture.now))
        let stored = try #require(try store.signingKeys(at: Fixture.now).first)
        #expect(stored.keyID == "one" && stored.algorithm == algorithm && stored.retires == nil)
        #expect(stored.created == key.created && stored.publishedSince == key.publishedSince)
        #expect(stored.signsFrom == key.signsFrom)
        #expect(stored.privateKey.publicKey.parameters == key.privateKey.publicKey.parameters)
    }

    @Test("a second process that starts at the same time adds none")
    func firstOfTwo() throws {
        let store = try Fixture.memory()
        #expect(try store.addFirstSigningKey(Self.key("one"), at: Fixture.now))
        #expect(try !store.addFirstSigningKey(Self.key("two"), at: Fixture.now))
        #expect(try store.signingKeys(at: Fixture.now).map(\.keyID) == ["one"])
    }

    @Test("retire when another follows, are published until then, and are gone after it")
    func rotation() throws {
        let store = try Fixture.memory()
        _ = try store.addFirstSigningKey(Self.key("one"), at: Fixture.now)
        try store.rotateSigningKeys(to: Self.key("two"), retirement: Fixture.now + .seconds(1200), at: Fixture.now)
        try store.rotateSigningKeys(to: Self.key("three"), retirement: Fixture.now + .seconds(1800), at: Fixture.now)
        func names(after: Duration) throws -> [String] { try store.signingKeys(at: Fixture.now + after).map(\.keyID) }
        #expect(try names(after: .milliseconds(1_199_999)) == ["one", "two", "three"])
        #expect(try names(after: .seconds(1200)) == ["two", "three"])
        #expect(try names(after: .seconds(1800)) == ["three"])
        try store.removeExpired(at: Fixture.now + .seconds(1200))
        #expect(try store.count("SELECT count(*) FROM signing_keys") == 2)
    }

    @Test("are there for a clock that was set back, too")
    func clockSetBack() throws {
        let store = try Fixture.memory()
        #expect(try store.addFirstSigningKey(Self.key("one"), at: Fixture.now))
        #expect(try store.signingKeys(at: Fixture.now - .seconds(3600)).map(\.keyID) == ["one"])
    }

    @Test("are sealed in the file")
    func sealing() throws {
        let directory = try TemporaryDirectory()
        let key = try Self.key("one")
        let secret = Array(key.privateKey.pkcs8())
        _ = try Fixture.open(directory.database).addFirstSigningKey(key, at: Fixture.now)
        let written = try directory.everything()
        for start in stride(from: 0, to: secret.count - 16, by: 8) {
            #expect(!written.contains(Array(secret[start..<(start + 16)])))
        }
    }

    @Test("that were sealed with another key, or moved to another row, are an error in words")
    func wrongSeal() throws {
        let directory = try TemporaryDirectory()
        let store = try Fixture.open(directory.database)
        _ = try store.addFirstSigningKey(Self.key("one"), at: Fixture.now)
        let sentence = "signing key one was sealed with another key, or was changed"
        let stranger = try SQLiteAuthorizationStore(.file(directory.database), ring: SealingRing(.generate()))
        #expect(throws: StoreError.other(sentence)) { try stranger.signingKeys(at: Fixture.now) }
        try store.rotateSigningKeys(to: Self.key("two"), retirement: Fixture.now + .seconds(1), at: Fixture.now)
        #expect(try store.signingKeys(at: Fixture.now).count == 2)
        try store.database.execute(
            """
            UPDATE signing_keys SET sealed_key = (SELECT sealed_key FROM signing_keys WHERE key_id = 'two')
            WHERE key_id = 'one'
            """
        )
        #expect(throws: StoreError.other(sentence)) { try store.signingKeys(at: Fixture.now) }
    }

    @Test("are opened once, and forgotten with their rows")
    func openedOnce() throws {
        let store = try Fixture.memory()
        _ = try store.addFirstSigningKey(Self.key("one"), at: Fixture.now)
        _ = try store.signingKeys(at: Fixture.now)
        try store.rotateSigningKeys(to: Self.key("two"), retirement: Fixture.now + .seconds(1), at: Fixture.now)
        _ = try store.signingKeys(at: Fixture.now)
        #expect(store.openedKeys.keys.sorted() == ["one", "two"])
        let box = try #require(store.openedKeys["two"]?.box)
        _ = try store.signingKeys(at: Fixture.now + .seconds(1))
        #expect(store.openedKeys.keys.sorted() == ["two"])
        #expect(store.openedKeys["two"]?.box == box)
    }
}
