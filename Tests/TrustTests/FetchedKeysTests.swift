import Cryptography
import JOSE
import OAuth
import Testing

@testable import Trust

@Suite("What is known of an issuer's keys")
struct FetchedKeysTests {
    private static let issuer = IssuerSettings(
        name: "corp",
        issuer: "https://corp.test",
        audiences: .any,
        algorithms: [.rs256, .es256],
        keys: .discovery
    )
    private static let rsa = try! PrivateKey(generatingFor: .rs256).publicKey

    private static func key(_ name: String) throws -> JSONWebKey {
        try JSONWebKey(key: PrivateKey(generatingFor: .es256).publicKey, keyID: name)
    }

    @Test("a refresh without a change keeps the generation, so that verified tokens stay remembered")
    func unchanged() throws {
        let keys = [try Self.key("a"), try Self.key("b")]
        var known = FetchedKeys()
        let isNew = [keys, keys, keys.reversed()].enumerated().map { index, keys in
            known.obtained(JSONWebKeySet(keys: keys), at: Int64(index + 1) * 100)
        }
        #expect(isNew == [true, false, false])
        #expect(known.generation == 1)
        #expect(known.lastObtained == 300)
    }

    @Test("any other set is a new generation")
    func changed() throws {
        let (old, new) = (try Self.key("a"), try Self.key("b"))
        var known = FetchedKeys()
        for keys in [[], [old], [old, new], [new], [try JSONWebKey(key: new.key, keyID: "c")], []] {
            let isNew = known.obtained(JSONWebKeySet(keys: keys), at: 100)
            #expect(isNew)
        }
        #expect(known.generation == 6)
    }

    @Test("a key is known since it was first in a set")
    func firstSeen() throws {
        let (old, new) = (try Self.key("a"), try Self.key("b"))
        var known = FetchedKeys()
        _ = known.obtained(JSONWebKeySet(keys: [old]), at: 100)
        _ = known.obtained(JSONWebKeySet(keys: [old, new]), at: 200)
        let statuses = known.statuses(of: Self.issuer, uses: [new.thumbprint: 250])
        #expect(statuses.map(\.keyID) == ["a", "b"])
        #expect(statuses.map(\.firstSeen) == [100, 200])
        #expect(statuses.map(\.lastSeen) == [200, 200])
        #expect(statuses.map(\.lastUsed) == [nil, 250])
        #expect(statuses.map(\.thumbprint) == [old.thumbprint, new.thumbprint])
    }

    @Test("a key without alg is listed with those of the issuer's algorithms that it fits")
    func algorithms() throws {
        var known = FetchedKeys()
        let keys = [try Self.key("a"), try JSONWebKey(key: Self.rsa), try JSONWebKey(key: Self.rsa, algorithm: .ps256)]
        _ = known.obtained(JSONWebKeySet(keys: keys), at: 100)
        #expect(known.statuses(of: Self.issuer, uses: [:]).map(\.algorithm) == ["ES256", "RS256", "PS256"])
    }
}
