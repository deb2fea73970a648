public import Cryptography
public import JOSE
public import OAuth
internal import Stores

/// The server's keys at one moment: what is published, and which key signs. Immutable; any thread may look.
public final class SigningKeys: Sendable {
    /// Published, the oldest first. Empty with HS256, whose secret is nobody's business.
    public let published: JSONWebKeySet
    /// Counts the sets of this process.
    public let generation: UInt64
    /// The answer of the endpoint `jwks`.
    let document: [UInt8]
    private let keys: [(key: SigningKey, signsFrom: Timestamp)]
    private let secret: SecretKey?

    /// How long others may keep the set, in seconds: the `max-age` of `jwks`, and how long a new key is published before it
    /// signs.
    public static let maximumAge: Int64 = 600

    /// The oldest first. One of them signs already, or all wait and the oldest signs.
    convenience init(_ keys: [StoredSigningKey], generation: UInt64) throws(KeyError) {
        precondition(!keys.isEmpty, "a server without keys")
        var ready: [(key: SigningKey, signsFrom: Timestamp)] = []
        for key in keys {
            let signing = try SigningKey(key.privateKey, algorithm: key.algorithm, keyID: key.keyID)
            ready.append((signing, key.signsFrom))
        }
        self.init(ready, generation: generation)
    }

    /// A shared secret, for tests.
    convenience init(_ secret: SecretKey, generation: UInt64) throws(KeyError) {
        let key = try SigningKey(secret, algorithm: .hs256)
        self.init([(key, Timestamp(milliseconds: 0))], secret: secret, generation: generation)
    }

    private init(_ keys: [(key: SigningKey, signsFrom: Timestamp)], secret: SecretKey? = nil, generation: UInt64) {
        self.keys = keys
        self.secret = secret
        self.generation = generation
        self.published = JSONWebKeySet(keys: keys.compactMap(\.key.published))
        self.document = JSONValue.object([
            JSONMember(name: "keys", value: .array(self.published.keys.map(\.json)))
        ]).encoded()
    }

    /// The key that signs at `now`: the youngest of those whose time has come.
    func signing(at now: Timestamp) -> SigningKey {
        self.keys[Self.index(signingAt: now, self.keys.lazy.map(\.signsFrom))].key
    }

    /// Of keys that come the oldest first, by when each begins.
    static func index(signingAt now: Timestamp, _ starts: some BidirectionalCollection<Timestamp>) -> Int {
        var index = starts.count - 1
        for start in starts.reversed() {
            if start <= now { return index }
            index -= 1
        }
        return 0
    }

    /// The keys ready to verify for one thread, as an issuer's of a policy; nil if none of them fits `algorithms`.
    public func ring(algorithms: [SignatureAlgorithm]) -> KeyRing? {
        guard let secret = self.secret else {
            return try? KeyRing(self.published, algorithms: algorithms, generation: self.generation)
        }
        return try? KeyRing(secret, algorithms: algorithms, generation: self.generation)
    }

    /// All that a valid token may be signed with, each once: there are two while a key of another algorithm takes over.
    public var algorithms: [SignatureAlgorithm] {
        SignatureAlgorithm.allCases.filter { algorithm in self.keys.contains { $0.key.algorithm == algorithm } }
    }
}
