import Bytes
public import OAuth

/// The verified tokens of one worker, by the whole token. Bounded; the oldest of a bucket makes room.
///
/// Only for verifiers that judge alike: another policy may use the cache of the one before if nothing that verification
/// depends on has changed. Keys may change, because each verification has their generation.
public final class TokenCache {
    /// Entries at the most: with tokens of 1 KiB and their claims about 16 MiB per worker when all are taken.
    public static let maximumTokens = 4096
    static let bucketSize = 4

    /// Buckets of four, made when the first token comes.
    private var entries: [RememberedToken?] = []
    private var nextVictim = 0

    public init() {}

    /// The verification of exactly this token, unless it has run out or was made with keys of another generation.
    public func find(_ token: Span<UInt8>, now: Int64, verifier: TokenVerifier) -> RememberedToken? {
        guard !self.entries.isEmpty else { return nil }
        let hash = Self.hash(token)
        let bucket = Self.bucket(of: hash)
        for index in bucket..<bucket + Self.bucketSize {
            guard let entry = self.entries[index], entry.hash == hash, entry.holds(token) else { continue }
            if now < entry.goodUntil, let keys = verifier.keys(ofIssuer: entry.token.issuer),
                keys.generation == entry.token.generation
            {
                keys.noteUse(ofKey: entry.token.keyIndex, at: now)
                return entry
            }
            self.entries[index] = nil
        }
        return nil
    }

    /// Remembers a token that has just been verified.
    public func remember(_ token: VerifiedToken, bytes: Span<UInt8>, leeway: Int64) -> RememberedToken {
        if self.entries.isEmpty { self.entries = Array(repeating: nil, count: Self.maximumTokens) }
        let hash = Self.hash(bytes)
        let (goodUntil, overflow) = token.expiresAt.addingReportingOverflow(leeway)
        let entry = RememberedToken(token, bytes: bytes.array, hash: hash, goodUntil: overflow ? .max : goodUntil)
        self.entries[self.place(in: Self.bucket(of: hash))] = entry
        return entry
    }

    /// Forgets those verifications that `isOver` names.
    public func forget(where isOver: (VerifiedToken) -> Bool) {
        for index in self.entries.indices {
            if let entry = self.entries[index], isOver(entry.token) { self.entries[index] = nil }
        }
    }

    private func place(in bucket: Int) -> Int {
        for index in bucket..<bucket + Self.bucketSize where self.entries[index] == nil { return index }
        self.nextVictim &+= 1
        return bucket + self.nextVictim % Self.bucketSize
    }

    private static func bucket(of hash: Int) -> Int {
        (hash & (self.maximumTokens / self.bucketSize - 1)) * self.bucketSize
    }

    // Swift's hasher is SipHash under a random key of this process. The end of a token is its signature, which differs for each
    // token that can get in here; the whole token is compared anyway.
    private static func hash(_ token: Span<UInt8>) -> Int {
        var hasher = Hasher()
        let start = max(0, token.count - 64)
        token.extracting(start...).withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}
