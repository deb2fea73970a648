public import OAuth
internal import Reactor

/// The DPoP proofs that were used of late, for all workers of a process together: each counts once (RFC 9449, section 11.1).
///
/// Several shards, each behind a lock of its own that is held for a few look-ups. Which shard a proof belongs to is known
/// to this process alone, so that nobody can fill one.
public final class UsedProofs: Sendable {
    /// Proofs that are remembered at the most: those of some 8400 requests a second. All of them take 45 MiB, or 80 if each has a
    /// key of its own.
    public static let maximumProofs = shardCount * UsedProofTable.maximumProofs
    private static let shardCount = 16

    private let shards = (0..<shardCount).map { _ in Shard() }

    public init() {}

    /// Whether `proof` is used for the first time; from then on it is not. Proofs that cannot be remembered are refused.
    ///
    /// - Parameter second: Of a clock that is never set.
    public func use(_ proof: ProofOfPossession, at second: UInt64) -> ProofUse {
        let key = Self.fingerprint(proof.thumbprint)
        let name = Self.fingerprint(proof.thumbprint, proof.identifier)
        let shard = self.shards[name & (Self.shardCount - 1)]
        return shard.lock.locked { shard.table.use(name, of: key, at: second) }
    }

    // MARK: - Private details

    /// `@unchecked Sendable`: `table` is touched under the lock alone.
    private final class Shard: @unchecked Sendable {
        let lock = Lock()
        var table = UsedProofTable()
    }

    // Swift's hasher is SipHash under a random key of this process. Two proofs with one fingerprint are as likely as a guessed
    // key of 64 bits, and would refuse a good proof; they could never let a used one pass.
    private static func fingerprint(_ texts: String...) -> Int {
        var hasher = Hasher()
        for text in texts { hasher.combine(text) }
        return hasher.finalize()
    }
}

/// What became of the wish to use a proof.
public enum ProofUse: Equatable, Sendable {
    case first
    case repeated
    /// There is no place to remember it, or its key has taken its share of them.
    case noRoom
}
