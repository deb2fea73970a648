internal import Bytes
internal import Cryptography
public import OAuth
internal import Stores

/// A grant as gateways tell each other of it: by what stands in its tokens, and whose they are. Of one length, and no secret.
public struct GrantName: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64
    private let issuer: IssuerMark

    public static let byteCount = 2 * GrantID.byteCount

    /// Nil for a token that no server of a gateway has issued, as far as its `jti` tells (`TokenName`).
    public init?(_ token: VerifiedToken, issuer: IssuerMark) {
        guard let name = token.claims["jti"]?.string else { return nil }
        self.init(tokenName: name, issuer: issuer)
    }

    init?(tokenName text: String, issuer: IssuerMark) {
        guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")), let grant = TokenName.grant(of: text),
            let rest = Base64URL.decode(String(text[text.utf8.index(after: dot)...])),
            rest.count == TokenName.ownByteCount
        else { return nil }
        self.init(grant, issuer: issuer)
    }

    /// Nil for one whose name is not random bytes of ours.
    init?(_ grant: GrantID, issuer: IssuerMark) {
        guard let bytes = Base64URL.decode(grant.text), bytes.count == GrantID.byteCount else { return nil }
        self.high = bytes.span.extracting(..<8).wholeNumber
        self.low = bytes.span.extracting(8...).wholeNumber
        self.issuer = issuer
    }

    // MARK: - As bytes

    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.high = bytes.span.extracting(..<8).wholeNumber
        self.low = bytes.span.extracting(8..<16).wholeNumber
        self.issuer = IssuerMark(bytes.span.extracting(16...))
    }

    public var bytes: [UInt8] {
        [self.high, self.low, self.issuer.high, self.issuer.low].flatMap(\.wholeBytes)
    }
}

/// By what an issuer is known where its name would be too long: half of its SHA-256.
public struct IssuerMark: Hashable, Sendable {
    fileprivate let high: UInt64
    fileprivate let low: UInt64

    /// - Parameter issuer: Exactly the `iss` of its tokens.
    public init(_ issuer: String) { self.init(SecretDigest(of: issuer).bytes.span) }

    fileprivate init(_ bytes: Span<UInt8>) {
        self.high = bytes.extracting(..<8).wholeNumber
        self.low = bytes.extracting(8..<16).wholeNumber
    }
}
