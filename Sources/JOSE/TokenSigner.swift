internal import Bytes
public import Cryptography

/// Mints tokens in compact serialization with one key, prepared once. Each worker has its own.
public final class TokenSigner {
    private let signer: Signer
    /// The header in base64url and the dot behind it: the same for each token.
    private let prefix: [UInt8]

    /// Letters of an ES256 signature and the dot before it.
    private static let usualSignature = 87

    /// `type` is the `typ` of each token (RFC 8725, section 3.11).
    public init(key: SigningKey, type: TokenType = .accessToken) throws(KeyError) {
        switch key.material {
        case .privateKey(let privateKey): self.signer = try Signer(key: privateKey, algorithm: key.algorithm)
        case .secret(let secret): self.signer = try Signer(secret: secret, algorithm: key.algorithm)
        }
        self.prefix = Self.prefix(algorithm: key.algorithm, type: type, keyID: key.keyID)
    }

    /// A token with these claims, an object. Nothing is added to them.
    public func sign(_ claims: JSONValue) -> String { self.sign(claims.encoded()) }

    /// A token with these claims, the text of a JSON object.
    public func sign(_ claims: [UInt8]) -> String {
        var token: [UInt8] = []
        self.sign(claims, appendingTo: &token)
        return String(decoding: token, as: UTF8.self)
    }

    /// Appends a token with these claims, the text of a JSON object.
    public func sign(_ claims: [UInt8], appendingTo text: inout [UInt8]) {
        self.sign(EncodedStart(), rest: claims, appendingTo: &text)
    }

    /// Appends a token whose claims, the text of a JSON object, begin with `start` and end with `rest`.
    public func sign(_ start: EncodedStart, rest: [UInt8], appendingTo text: inout [UInt8]) {
        let first = text.count
        let count = start.letters.count + Base64URL.encodedByteCount(byteCount: rest.count)
        text.reserveCapacity(first + self.prefix.count + count + Self.usualSignature)
        text.append(contentsOf: self.prefix)
        text.append(contentsOf: start.letters)
        Base64URL.encode(rest.span, appendingTo: &text)
        let signature = self.signer.sign(text.span.extracting(first...))
        text.append(UInt8(ascii: "."))
        Base64URL.encode(signature.span, appendingTo: &text)
    }

    private static func prefix(algorithm: SignatureAlgorithm, type: TokenType, keyID: String?) -> [UInt8] {
        var members = [
            JSONMember(name: "alg", value: .string(algorithm.rawValue)),
            JSONMember(name: "typ", value: .string(type.written)),
        ]
        if let keyID { members.append(JSONMember(name: "kid", value: .string(keyID))) }
        var prefix: [UInt8] = []
        Base64URL.encode(JSONValue.object(members).encoded().span, appendingTo: &prefix)
        prefix.append(UInt8(ascii: "."))
        return prefix
    }
}
