public import Cryptography

/// Why a JSON Web Key cannot verify or sign anything here. The text is for the operator.
public enum UnusableKey: Error, Equatable, Sendable {
    case notAnObject
    /// Not JSON at all.
    case notJSON(JSONError)
    /// A member that must be there is not, or has not the type or encoding that it must have.
    case member(String)
    /// A secret has no place in a set that is published.
    case symmetric
    case unknownType(String)
    case unknownCurve(String)
    case unknownAlgorithm(String)
    /// `use` is not `sig`.
    case notForSignatures
    /// `key_ops` lacks `verify`, or for a private key `sign`.
    case operationNotAllowed
    /// `kid` is longer than `JOSEHeader.maximumKeyIDByteCount`.
    case keyIDTooLong
    /// Beyond `JSONWebKeySet.maximumKeys`.
    case tooManyKeys
    /// The key itself is not good enough, or not for its `alg`.
    case key(KeyError)
}

extension UnusableKey: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAnObject: "not a JSON object"
        case .notJSON(let error): error.description
        case .member(let name): "the member \"\(name)\" is missing or malformed"
        case .symmetric: "a symmetric key (oct) does not belong in a key set"
        case .unknownType(let name): "the key type \"\(name)\" is not supported"
        case .unknownCurve(let name): "the curve \"\(name)\" is not supported"
        case .unknownAlgorithm(let name): "the algorithm \"\(name)\" is not supported"
        case .notForSignatures: "\"use\" is not \"sig\""
        case .operationNotAllowed: "\"key_ops\" does not allow it"
        case .keyIDTooLong: "\"kid\" is longer than \(JOSEHeader.maximumKeyIDByteCount) bytes"
        case .tooManyKeys: "the set has more than \(JSONWebKeySet.maximumKeys) keys"
        case .key(let error): error.description
        }
    }
}
