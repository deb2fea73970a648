internal import COpenSSL

/// What is wrong with the certificate of a peer, as far as somebody can do something about it.
public enum CertificateFault: Sendable, Equatable {
    case expired
    /// Its time has not come. Often the clock here is behind.
    case notYetValid
    /// It is good, and of another host.
    case otherName
    /// No authority that is trusted here stands behind it: an own authority, a self-made certificate, or a server that
    /// leaves out the certificates between.
    case unknownAuthority
    case other
}

extension CertificateFault {
    /// By OpenSSL's number for the result of a verification.
    init(verification: Int32) {
        switch verification {
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: self = .otherName
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            self = .unknownAuthority
        default: self = .other
        }
    }
}
