internal import Bytes
internal import Cryptography
internal import Stores

/// The `jti` of an access token: the grant that it came of, a dot, and what tells it from the grant's other tokens.
///
/// So a token can be refused when its grant is revoked, without a claim of its own and without asking the store.
struct TokenName: Sendable {
    let text: String

    /// A fresh one.
    init(grant: GrantID, random: inout RandomSupply) {
        self.text = "\(grant.text).\(Base64URL.encode(random.next(Self.ownByteCount)))"
    }

    /// For the token itself.
    static let ownByteCount = 9
    /// For a grant that nothing is kept of, and for the token itself.
    static let randomByteCount = GrantID.byteCount + ownByteCount

    /// Appends the name of a token of such a grant. `random` has `randomByteCount` bytes.
    static func append(_ random: Span<UInt8>, to text: inout [UInt8]) {
        Base64URL.encode(random.extracting(..<GrantID.byteCount), appendingTo: &text)
        text.append(UInt8(ascii: "."))
        Base64URL.encode(random.extracting(GrantID.byteCount...), appendingTo: &text)
    }

    /// The grant that a `jti` names; nil for one that is not ours.
    static func grant(of text: String) -> GrantID? {
        guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        return GrantID(text: String(text[..<dot]))
    }
}
