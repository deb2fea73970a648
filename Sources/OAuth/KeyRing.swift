internal import Bytes
public import Cryptography
public import JOSE

/// The keys of one issuer, ready to verify, for one worker.
///
/// The keys of a set are bound to the algorithms that the issuer may use: nothing else is ever prepared, so that a token
/// cannot choose (RFC 8725, section 3.1).
public final class KeyRing {
    /// How many keys are tried on one token that does not say which, or whose `kid` several have.
    public static let maximumCandidates = 4

    /// Counts the sets of the issuer: a verification of another generation is no longer good.
    public let generation: UInt64
    private let entries: [Entry]
    /// RFC 7638, by the key's place in the set; none for a secret.
    private let thumbprints: [String]
    /// Seconds since 1970, by the key's place in the set; zero: not yet.
    private var lastUses: [Int64]

    private struct Entry {
        /// The key's place in the set.
        let index: Int
        let keyID: String?
        let verifier: SignatureVerifier
    }

    /// What came of a signature.
    public enum Outcome: Equatable, Sendable {
        /// It holds; with the place of the key in the set.
        case verified(keyIndex: Int)
        case invalid
        /// There is no key for it.
        case noKey
    }

    /// Prepares the keys of a set for those of `algorithms` that they fit.
    public init(_ set: JSONWebKeySet, algorithms: [SignatureAlgorithm], generation: UInt64) throws(KeyError) {
        var entries: [Entry] = []
        for (index, key) in set.keys.enumerated() {
            for algorithm in algorithms where key.fits(algorithm) {
                let verifier = try SignatureVerifier(key: key.key, algorithm: algorithm)
                entries.append(Entry(index: index, keyID: key.keyID, verifier: verifier))
            }
        }
        self.generation = generation
        self.entries = entries
        self.thumbprints = set.keys.map(\.thumbprint)
        self.lastUses = Array(repeating: 0, count: set.keys.count)
    }

    /// Prepares a shared secret. Throws `algorithmDoesNotFit` if one of `algorithms` is asymmetric: the two never meet.
    public init(_ secret: SecretKey, algorithms: [SignatureAlgorithm], generation: UInt64) throws(KeyError) {
        var entries: [Entry] = []
        for algorithm in algorithms {
            let verifier = try SignatureVerifier(secret: secret, algorithm: algorithm)
            entries.append(Entry(index: 0, keyID: nil, verifier: verifier))
        }
        self.generation = generation
        self.entries = entries
        self.thumbprints = []
        self.lastUses = []
    }

    /// Verifies `signature` with the key that `keyID` names.
    ///
    /// If no key has that name, those without a name are tried: PEM files and secrets have none.
    public func verify(
        _ signature: Span<UInt8>,
        of message: Span<UInt8>,
        algorithm: SignatureAlgorithm,
        keyID: String?
    ) -> Outcome {
        guard let keyID else {
            return self.verify(signature, of: message, algorithm: algorithm) { _ in true }
        }
        let outcome = self.verify(signature, of: message, algorithm: algorithm) { name in
            name?.hasSameBytes(as: keyID) ?? false
        }
        guard outcome == .noKey else { return outcome }
        return self.verify(signature, of: message, algorithm: algorithm) { name in name == nil }
    }

    @inline(__always)
    private func verify(
        _ signature: Span<UInt8>,
        of message: Span<UInt8>,
        algorithm: SignatureAlgorithm,
        where isCandidate: (String?) -> Bool
    ) -> Outcome {
        var tried = 0
        for entry in self.entries where entry.verifier.algorithm == algorithm && isCandidate(entry.keyID) {
            guard tried < Self.maximumCandidates else { break }
            tried += 1
            if entry.verifier.verifies(signature, of: message) { return .verified(keyIndex: entry.index) }
        }
        return tried == 0 ? .noKey : .invalid
    }
}

// MARK: - Uses

extension KeyRing {
    /// Notes that a token passed whose signature the key at `index` verified, now or earlier.
    public func noteUse(ofKey index: Int, at now: Int64) {
        if index < self.lastUses.count { self.lastUses[index] = now }
    }

    /// When each key was last of use, by its thumbprint, in seconds since 1970.
    public var uses: [String: Int64] {
        let pairs = zip(self.thumbprints, self.lastUses).filter { $0.1 > 0 }
        // A set may have the same key twice.
        return Dictionary(pairs, uniquingKeysWith: max)
    }

    /// Remembers what an earlier set's ring knew of the same keys.
    public func takeOver(_ uses: [String: Int64]) {
        for (index, thumbprint) in self.thumbprints.enumerated() { self.lastUses[index] = uses[thumbprint] ?? 0 }
    }
}
