public import OAuth
internal import Stores

/// The grants whose access tokens are refused although they have not run out.
///
/// A value that threads share. It lies in parts, and a change copies the one part that it touches: to tell all workers of one
/// more costs the same however many there are.
public struct RevokedGrants: Sendable {
    /// When each was revoked.
    private var parts = [[GrantID: Timestamp]](repeating: [:], count: Self.partCount)
    private(set) var count = 0
    /// How often one was added.
    private var additions: UInt64 = 0
    /// Of tokens that were issued until then, grants are not known one by one. See `RevocationReader.maximumCount`.
    private(set) var unknownUntil: Timestamp?

    /// With `RevocationReader.maximumCount` grants 512 lie in each part: copying one, and the list of parts, takes
    /// microseconds.
    private static let partCount = 256

    init() {}

    /// Whether the grant behind a token of the server was revoked.
    public func refuses(_ token: VerifiedToken) -> Bool {
        guard !self.isEmpty, let grant = token.claims["jti"]?.string.flatMap(TokenName.grant) else { return false }
        return self.contains(grant) || self.mayContainGrant(ofTokenIssuedAt: token.issuedAt)
    }

    /// In no order.
    var all: [RevokedGrant] { self.parts.flatMap { $0.map { RevokedGrant(id: $0.key, revoked: $0.value) } } }

    /// Nil for one that is not known by its name.
    func revocation(of grant: GrantID) -> RevokedGrant? {
        self.parts[Self.part(of: grant)][grant].map { RevokedGrant(id: grant, revoked: $0) }
    }

    /// Whether nothing is refused.
    var isEmpty: Bool { self.count == 0 && self.unknownUntil == nil }

    /// Whether it is known by its name.
    func contains(_ grant: GrantID) -> Bool { self.parts[Self.part(of: grant)][grant] != nil }

    /// Whether a token may be of one that is known no longer. One without `iat` was issued nobody knows when.
    func mayContainGrant(ofTokenIssuedAt issued: Int64?) -> Bool {
        guard let unknownUntil else { return false }
        return issued.map { $0 <= unknownUntil.seconds } ?? true
    }

    /// Whether tokens are refused that were not when there were `former`.
    public func refusesMore(than former: RevokedGrants?) -> Bool { self.additions != former?.additions ?? 0 }

    /// False for one that is there.
    mutating func add(_ grant: RevokedGrant) -> Bool {
        guard !self.contains(grant.id) else { return false }
        self.parts[Self.part(of: grant.id)][grant.id] = grant.revoked
        self.count += 1
        self.additions += 1
        return true
    }

    mutating func remove(_ grant: GrantID) {
        guard self.parts[Self.part(of: grant)].removeValue(forKey: grant) != nil else { return }
        self.count -= 1
    }

    /// From now on tokens issued until `time` are refused, whatever their grant; nil: none of them.
    mutating func setUnknown(until time: Timestamp?) { self.unknownUntil = time }

    // MARK: - Private details

    private static func part(of grant: GrantID) -> Int {
        Int(UInt(bitPattern: grant.hashValue) % UInt(self.partCount))
    }
}
