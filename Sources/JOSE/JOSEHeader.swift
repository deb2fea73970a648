internal import Bytes
public import Cryptography

/// The protected header of a token, as far as it is believed. `jku`, `jwk`, `x5u` and `x5c` are never looked at
/// (RFC 8725, section 3.10).
public struct JOSEHeader: Sendable {
    /// RFC 7515 has no limit for `kid`; it is a name to look up, not a place for content.
    public static let maximumKeyIDByteCount = 256

    /// Nil for a word that we do not know, such as `none`.
    public let algorithm: SignatureAlgorithm?
    /// `jwt` if there is no `typ`.
    public let type: TokenType
    public let keyID: String?

    /// Why a header is not understood.
    public enum Fault: Error, Equatable, Sendable {
        case notAnObject
        /// A member that must be there, or be a string.
        case memberMalformed
        case keyIDTooLong
        /// RFC 7515, section 4.1.11: what is critical must be understood, and we know no extension.
        case critical
        /// RFC 7797: the payload would not be base64url.
        case unencodedPayload
    }

    public init(_ json: JSONValue) throws(Fault) {
        guard let members = json.members else { throw .notAnObject }
        var algorithm: String?
        var type: String?
        var keyID: String?
        for member in members {
            switch member.name {
            case "alg": algorithm = try Self.text(member.value)
            case "typ": type = try Self.text(member.value)
            case "kid": keyID = try Self.text(member.value)
            case "crit": throw .critical
            case "b64": throw .unencodedPayload
            default: break
            }
        }
        guard let algorithm else { throw .memberMalformed }
        guard keyID.map({ $0.utf8.count <= Self.maximumKeyIDByteCount }) ?? true else { throw .keyIDTooLong }
        self.algorithm = SignatureAlgorithm(name: algorithm)
        self.type = type.map(TokenType.init) ?? .jwt
        self.keyID = keyID
    }

    private static func text(_ value: JSONValue) throws(Fault) -> String {
        guard case .string(let text) = value else { throw .memberMalformed }
        return text
    }
}

extension SignatureAlgorithm {
    /// The algorithm of that name, letter by letter (RFC 7515, section 4.1.1: names are case-sensitive).
    public init?(name: String) {
        guard let algorithm = Self(rawValue: name), algorithm.rawValue.hasSameBytes(as: name) else { return nil }
        self = algorithm
    }
}
