import OAuth
import Policy

/// A request's end by the gateway's own decision: the code, and what the answer says beside it.
struct Refusal: Error {
    let code: RefusalCode
    /// `scope` of an `insufficient_scope` challenge (RFC 6750 3.1).
    var challengeScopes: [UInt8] = []
    /// What `Allow` says (RFC 9110 15.5.6).
    var allow: [UInt8] = []
    /// In which way the token came that is refused: the challenge asks for another one in the same.
    var scheme = TokenScheme.bearer
    /// Why, for metrics: the kind of path.
    var pathReason: UInt8?
    /// Whether it is sure where the next request begins, though the code says otherwise: what is wrong is another one that a
    /// field tells of.
    var keepsConnection = false

    init(_ code: RefusalCode) {
        self.code = code
    }
}
