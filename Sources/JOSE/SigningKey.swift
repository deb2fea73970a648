internal import Bytes
public import Cryptography

/// A key to mint tokens with, and the one algorithm it is for. It prints as `<redacted>`.
public struct SigningKey: Sendable {
    public let algorithm: SignatureAlgorithm
    /// Its own name, or the RFC 7638 thumbprint; nil for a secret, whose hash is not for others.
    public let keyID: String?
    let material: Material

    enum Material: Sendable {
        case privateKey(PrivateKey)
        case secret(SecretKey)
    }

    /// `algorithm` is needed for nothing but RSA, where it is RS256 unless said otherwise.
    public init(_ key: PrivateKey, algorithm: SignatureAlgorithm? = nil, keyID: String? = nil) throws(KeyError) {
        let published = try JSONWebKey(key: key.publicKey, algorithm: algorithm)
        self.algorithm = published.algorithm ?? .rs256
        self.keyID = keyID ?? published.thumbprint
        self.material = .privateKey(key)
    }

    /// Throws `algorithmDoesNotFit` unless the algorithm is HMAC.
    public init(_ secret: SecretKey, algorithm: SignatureAlgorithm, keyID: String? = nil) throws(KeyError) {
        guard algorithm.isSymmetric else { throw .algorithmDoesNotFit(algorithm) }
        self.algorithm = algorithm
        self.keyID = keyID
        self.material = .secret(secret)
    }

    /// Reads PEM text, or a private JWK. What the text itself says of `alg` and `kid` comes first.
    public init(parsing text: Span<UInt8>, algorithm: SignatureAlgorithm? = nil) throws(UnusableKey) {
        let start = text.indices.first { text[$0] > UInt8(ascii: " ") }
        guard let start, text[start] == UInt8(ascii: "{") else {
            self = try Self.checked { () throws(KeyError) in
                try SigningKey(PrivateKey(pem: text), algorithm: algorithm)
            }
            return
        }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: text)
        } catch {
            throw .notJSON(error)
        }
        try self.init(json, algorithm: algorithm)
    }

    /// Reads a private JWK.
    public init(_ json: JSONValue, algorithm: SignatureAlgorithm? = nil) throws(UnusableKey) {
        let reader = try JSONWebKeyReader(json)
        try reader.require(use: "sig", operation: "sign")
        let algorithm = reader.algorithm ?? algorithm
        if reader.type == "oct" {
            let secret = try reader.secret()
            self = try Self.checked { () throws(KeyError) in
                try SigningKey(SecretKey(secret), algorithm: algorithm ?? .hs256, keyID: reader.keyID)
            }
            return
        }
        let publicParameters = try reader.publicParameters()
        let privateParameters = try reader.privateParameters()
        self = try Self.checked { () throws(KeyError) in
            let key = try PrivateKey(privateParameters, publicKey: PublicKey(publicParameters))
            return try SigningKey(key, algorithm: algorithm, keyID: reader.keyID)
        }
    }

    /// The public key that verifies what this one signs; nil for a secret.
    public var published: JSONWebKey? {
        guard case .privateKey(let key) = self.material else { return nil }
        return try? JSONWebKey(key: key.publicKey, algorithm: self.algorithm, keyID: self.keyID)
    }

    private static func checked(_ make: () throws(KeyError) -> SigningKey) throws(UnusableKey) -> SigningKey {
        do {
            return try make()
        } catch {
            throw .key(error)
        }
    }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
