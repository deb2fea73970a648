/// Where the three parts of a token in compact serialization lie (RFC 7515, section 7.1). Nothing is decoded or copied.
public struct CompactJWS: Equatable, Sendable {
    public let header: Range<Int>
    public let payload: Range<Int>
    /// Empty in an unsecured token, which no algorithm accepts.
    public let signature: Range<Int>

    /// Nil unless there are three parts, the first two not empty.
    ///
    /// The ends are found from both sides. A further dot would be in the payload, where it is no letter of base64url.
    public init?(_ token: Span<UInt8>) {
        var headerEnd = 0
        while headerEnd < token.count, token[headerEnd] != UInt8(ascii: ".") { headerEnd += 1 }
        var signatureStart = token.count
        while signatureStart > headerEnd, token[signatureStart - 1] != UInt8(ascii: ".") { signatureStart -= 1 }
        guard headerEnd > 0, signatureStart > headerEnd + 2 else { return nil }
        self.header = 0..<headerEnd
        self.payload = headerEnd + 1..<signatureStart - 1
        self.signature = signatureStart..<token.count
    }

    /// What was signed: header and payload as they were sent, with the dot between them (RFC 7515, section 5.2).
    public var signingInput: Range<Int> { 0..<self.payload.upperBound }
}
