/// A signature algorithm by its JOSE name (RFC 7518, section 3.1; RFC 8037, section 3.1). `none` is not a word we know.
public enum SignatureAlgorithm: String, CaseIterable, Sendable, Hashable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"

    /// What kind of key an algorithm works with.
    public enum KeyFamily: Equatable, Sendable {
        case rsa
        case ellipticCurve(EllipticCurve)
        case ed25519
        case secret
    }

    public var keyFamily: KeyFamily {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: .rsa
        case .es256: .ellipticCurve(.p256)
        case .es384: .ellipticCurve(.p384)
        case .es512: .ellipticCurve(.p521)
        case .edDSA: .ed25519
        case .hs256, .hs384, .hs512: .secret
        }
    }

    /// The curve that an ES algorithm is bound to.
    public var curve: EllipticCurve? {
        guard case .ellipticCurve(let curve) = self.keyFamily else { return nil }
        return curve
    }

    /// Whether both sides hold the same secret.
    public var isSymmetric: Bool { self.keyFamily == .secret }

    /// The hash of the message. EdDSA hashes by itself, with SHA-512.
    public var digest: Digest {
        switch self {
        case .rs256, .ps256, .es256, .hs256: .sha256
        case .rs384, .ps384, .es384, .hs384: .sha384
        case .rs512, .ps512, .es512, .hs512, .edDSA: .sha512
        }
    }

    /// The bytes of a signature; nil for RSA, where the key decides.
    public var signatureByteCount: Int? {
        switch self.keyFamily {
        case .rsa: nil
        case .ellipticCurve(let curve): curve.coordinateByteCount * 2
        case .ed25519: 64
        case .secret: self.digest.byteCount
        }
    }

    /// Whether the RSA padding is PSS (RFC 7518, section 3.5) and not PKCS #1 v1.5 (section 3.3).
    var usesPSS: Bool {
        switch self {
        case .ps256, .ps384, .ps512: true
        case .rs256, .rs384, .rs512, .es256, .es384, .es512, .edDSA, .hs256, .hs384, .hs512: false
        }
    }
}
