/// Why bytes cannot serve as a key. The text is for the operator, who can do something about it.
public enum KeyError: Error, Equatable, Sendable {
    /// OpenSSL could not read it.
    case malformed
    /// A kind of key that signs nothing here (DSA, X25519, RSA-PSS restricted keys).
    case unsupportedType
    /// An elliptic curve other than P-256, P-384 and P-521.
    case unsupportedCurve
    /// An RSA modulus below `PublicKey.minimumModulusBits`.
    case modulusTooSmall(bits: Int)
    /// An RSA modulus above `PublicKey.maximumModulusBits`.
    case modulusTooLarge(bits: Int)
    /// An RSA modulus that is even.
    case modulusNotOdd
    /// An RSA public exponent that is even, below 65537 or above 64 bits.
    case exponentNotAllowed
    /// A coordinate or scalar that has not exactly the bytes its curve asks for.
    case wrongSize(expected: Int, actual: Int)
    /// A point that is not on its curve, or one of those Ed25519 points under which anything verifies.
    case pointNotOnCurve
    /// Private and public part do not belong together.
    case partsDoNotMatch
    /// The key cannot be used with that algorithm.
    case algorithmDoesNotFit(SignatureAlgorithm)
    /// An HMAC secret below `SecretKey.minimumByteCount`.
    case secretTooShort(bytes: Int)
}

extension KeyError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed: "the key cannot be read"
        case .unsupportedType: "keys of this type are not supported"
        case .unsupportedCurve: "the curve is not P-256, P-384, P-521 or Ed25519"
        case .modulusTooSmall(let bits): "an RSA key of \(bits) bits is below \(PublicKey.minimumModulusBits)"
        case .modulusTooLarge(let bits): "an RSA key of \(bits) bits is above \(PublicKey.maximumModulusBits)"
        case .modulusNotOdd: "the RSA modulus is even"
        case .exponentNotAllowed: "the RSA public exponent must be odd, at least 65537 and at most 64 bits long"
        case .wrongSize(let expected, let actual): "a part of the key has \(actual) bytes and should have \(expected)"
        case .pointNotOnCurve: "the point is not on the curve"
        case .partsDoNotMatch: "private and public part do not belong together"
        case .algorithmDoesNotFit(let algorithm): "the key cannot be used with \(algorithm.rawValue)"
        case .secretTooShort(let bytes):
            "a secret of \(bytes) bytes is below \(SecretKey.minimumByteCount) for HMAC"
        }
    }
}
