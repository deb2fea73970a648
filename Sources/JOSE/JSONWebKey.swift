internal import Bytes
public import Cryptography

/// A public key as issuers publish it (RFC 7517). Private members of the text are not read, so they are never kept.
public struct JSONWebKey: Sendable {
    public let key: PublicKey
    /// The one algorithm that the key is bound to; nil for an RSA key without `alg`, which fits all six of RSA.
    public let algorithm: SignatureAlgorithm?
    public let keyID: String?

    /// Throws `algorithmDoesNotFit` if `algorithm` is not one of the key's.
    public init(key: PublicKey, algorithm: SignatureAlgorithm? = nil, keyID: String? = nil) throws(KeyError) {
        if let algorithm, algorithm.keyFamily != key.family { throw .algorithmDoesNotFit(algorithm) }
        self.key = key
        // Curves allow one algorithm only; Entra's RSA keys carry none.
        self.algorithm = algorithm ?? (key.algorithms.count == 1 ? key.algorithms.first : nil)
        self.keyID = keyID
    }

    /// Reads one key of a set; throws why it cannot verify signatures.
    public init(_ json: JSONValue) throws(UnusableKey) {
        let reader = try JSONWebKeyReader(json)
        try reader.require(use: "sig", operation: "verify")
        let parameters = try reader.publicParameters()
        do throws(KeyError) {
            try self.init(key: PublicKey(parameters), algorithm: reader.algorithm, keyID: reader.keyID)
        } catch {
            throw .key(error)
        }
    }

    /// Whether a token that names `algorithm` may be verified with this key.
    public func fits(_ algorithm: SignatureAlgorithm) -> Bool {
        self.algorithm.map { $0 == algorithm } ?? (algorithm.keyFamily == self.key.family)
    }

    /// The SHA-256 of the key's required members, in base64url (RFC 7638, section 3).
    public var thumbprint: String {
        // Section 3.2: the members in lexicographic order, without white space.
        let members = self.key.jsonMembers.sorted { $0.name < $1.name }
        return Base64URL.encode(Digest.sha256.hash(JSONValue.object(members).encoded().span))
    }

    /// The key as it is published: for signatures, with `alg` and `kid` as far as they are known.
    public var json: JSONValue {
        var members = self.key.jsonMembers
        members.append(JSONMember(name: "use", value: "sig"))
        if let algorithm { members.append(JSONMember(name: "alg", value: .string(algorithm.rawValue))) }
        if let keyID { members.append(JSONMember(name: "kid", value: .string(keyID))) }
        return .object(members)
    }
}

extension PublicKey {
    /// The members that RFC 7638 requires, and RFC 7518 and 8037 define.
    fileprivate var jsonMembers: [JSONMember] {
        let texts: [(String, String)] =
            switch self.parameters {
            case .rsa(let modulus, let exponent):
                [("kty", "RSA"), ("n", Base64URL.encode(modulus)), ("e", Base64URL.encode(exponent))]
            case .ellipticCurve(let curve, let x, let y):
                [("kty", "EC"), ("crv", curve.rawValue), ("x", Base64URL.encode(x)), ("y", Base64URL.encode(y))]
            case .ed25519(let point):
                [("kty", "OKP"), ("crv", "Ed25519"), ("x", Base64URL.encode(point))]
            }
        return texts.map { JSONMember(name: $0.0, value: .string($0.1)) }
    }
}
