import Bytes
public import OAuth

/// A principal, and what was prepared from it for its next requests.
open class RememberedPrincipal {
    public final let principal: Principal
    /// When its proof runs out, seconds since 1970: no stream outlives it.
    public final let endsAt: Int64
    /// What upstreams are told about it.
    public final var identity = IdentityLines()
    /// Its part of a log line; empty until it is first needed.
    public final var logText: [UInt8] = []

    public init(_ principal: Principal, endsAt: Int64) {
        self.principal = principal
        self.endsAt = endsAt
    }
}

/// A token that was verified, and what was prepared from it for the requests that bring it again.
///
/// What is remembered is the verification; what a route requires is judged on each request.
public final class RememberedToken: RememberedPrincipal {
    public let token: VerifiedToken
    let bytes: [UInt8]
    let hash: Int
    /// When the turn of this entry comes, seconds since 1970: `exp` and the issuer's leeway.
    let goodUntil: Int64

    init(_ token: VerifiedToken, bytes: [UInt8], hash: Int, goodUntil: Int64) {
        self.token = token
        self.bytes = bytes
        self.hash = hash
        self.goodUntil = goodUntil
        super.init(token.principal, endsAt: token.expiresAt)
    }

    func holds(_ token: Span<UInt8>) -> Bool {
        let bytes = self.bytes
        return bytes.span.equals(token)
    }
}
