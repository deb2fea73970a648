public import JOSE

/// Why a token is refused: one case for each code of the reference. The client hears the code, the log the rest.
public enum TokenRejection: Error, Equatable, Sendable {
    case tooLarge
    case malformed(TokenFault)
    case issuerUnknown
    case algorithmNotAllowed
    case typeNotAllowed
    /// The issuer's set has no key for this token. It may have rotated: fetch, and try once more.
    case keyUnknown(issuer: Int)
    /// No set of this issuer was obtained yet. Wait for it, and try once more.
    case keysUnavailable(issuer: Int)
    case signatureInvalid
    case expired
    case notYetValid
    case audienceMismatch
    /// The claim that is not there, as it was written in the policy.
    case claimMissing(String)
    /// The token is bound to a key (`cnf`, RFC 7800), and nothing proves that the sender has it.
    case proofInvalid
}

/// What about a token is malformed.
public enum TokenFault: Error, Equatable, Sendable {
    /// Not three parts with a dot between them.
    case parts
    /// A part that is not base64url without padding.
    case encoding
    case headerNotJSON(JSONError)
    case header(JOSEHeader.Fault)
    case payloadNotJSON(JSONError)
    case payloadNotAnObject
    /// A registered claim that has not the type of RFC 7519, section 4.1, or a date out of range.
    case claim(String)
}
