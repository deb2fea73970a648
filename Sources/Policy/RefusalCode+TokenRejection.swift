public import OAuth

extension RefusalCode {
    /// The code that the reference has for a rejected token.
    public init(_ rejection: TokenRejection) {
        switch rejection {
        case .tooLarge: self = .tokenTooLarge
        case .malformed: self = .tokenMalformed
        case .issuerUnknown: self = .issuerUnknown
        case .algorithmNotAllowed: self = .algorithmNotAllowed
        case .typeNotAllowed: self = .typeNotAllowed
        case .keyUnknown: self = .keyUnknown
        case .keysUnavailable: self = .keysUnavailable
        case .signatureInvalid: self = .signatureInvalid
        case .expired: self = .tokenExpired
        case .notYetValid: self = .tokenNotYetValid
        case .audienceMismatch: self = .audienceMismatch
        case .claimMissing: self = .claimMissing
        case .proofInvalid: self = .proofInvalid
        }
    }
}
