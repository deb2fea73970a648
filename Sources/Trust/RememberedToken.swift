import Bytes
public import OAuth

/// A token that was verified, and what was prepared from it for the requests that bring it again.
///
/// What is remembered is the verification; what a route requires is judged on each request.
public final class RememberedToken {
    public let token: VerifiedToken
    let bytes: [UInt8]
    let hash: Int
    /// When the turn of this entry comes, seconds since 1970: `exp` and the issuer's leeway.
    let goodUntil: Int64
    /// What upstreams are told about it.
    public var identity = IdentityLines()
    /// The token's part of a log line; empty until it is first needed.
    public var logText: [UInt8] = []

    init(_ token: VerifiedToken, bytes: [UInt8], hash: Int, goodUntil: Int64) {
        self.token = token
        self.bytes = bytes
        self.hash = hash
        self.goodUntil = goodUntil
    }

    func holds(_ token: Span<UInt8>) -> Bool {
        let bytes = self.bytes
        return bytes.span.equals(token)
    }
}
