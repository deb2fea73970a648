internal import Bytes

/// The `typ` of a token, a media type whose `application/` may be left out (RFC 7515, section 4.1.9; RFC 8725, section 3.11).
public struct TokenType: Sendable, Equatable {
    /// In lower case and without `application/`.
    public let name: String

    public init(_ text: String) {
        let bytes = text.utf8.map(\.lowerCased)
        let rest = bytes.dropFirst(Self.prefix.count)
        let isShort = bytes.starts(with: Self.prefix) && !rest.contains(UInt8(ascii: "/"))
        self.name = String(decoding: isShort ? rest : bytes[...], as: UTF8.self)
    }

    /// As it is written in a header. RFC 7519, section 5.1: `JWT` in upper case, for those who compare letters.
    var written: String { self == .jwt ? "JWT" : self.name }

    /// What a token without `typ` counts as.
    public static let jwt = TokenType("jwt")
    /// An access token (RFC 9068, section 2.1).
    public static let accessToken = TokenType("at+jwt")

    public static func == (one: TokenType, other: TokenType) -> Bool {
        one.name.hasSameBytes(as: other.name)
    }

    private static let prefix = Array("application/".utf8)
}
