/// What is wrong with a certificate, a key or an authority of the policy; its description is a sentence for `check`.
public enum TLSProblem: Error, Equatable, Sendable {
    case unreadableCertificate(file: String, reason: String)
    case unreadableKey(certificateFile: String, reason: String)
    /// The key is another certificate's.
    case keyMismatch(certificateFile: String)
    case expired(file: String, since: String)
    case notYetValid(file: String, until: String)
    case unreadableAuthorities(reason: String)
    case noCertificate
    /// OpenSSL refused something that does not come from the policy.
    case library(reason: String)

    /// Whether TLS cannot be had at all; the dates of a certificate only worry its peers.
    public var isFatal: Bool {
        switch self {
        case .expired, .notYetValid: false
        case .unreadableCertificate, .unreadableKey, .keyMismatch, .unreadableAuthorities, .noCertificate, .library:
            true
        }
    }
}

extension TLSProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadableCertificate(let file, let reason): "\(file) holds no readable PEM certificate: \(reason)"
        case .unreadableKey(let file, let reason): "the key of \(file) is no readable, unencrypted PEM key: \(reason)"
        case .keyMismatch(let file): "the key does not belong to the certificate \(file)"
        case .expired(let file, let date): "the certificate \(file) expired on \(date)"
        case .notYetValid(let file, let date): "the certificate \(file) is not valid before \(date)"
        case .unreadableAuthorities(let reason): "the authorities hold no readable PEM certificate: \(reason)"
        case .noCertificate: "a TLS listener needs at least one certificate"
        case .library(let reason): "TLS could not be set up: \(reason)"
        }
    }
}

/// Why a connection's TLS ended without being closed properly. For the log; the peer gets the alert.
public enum TLSFailure: Error, Equatable, Sendable {
    /// We do not trust the peer's certificate: expired, another name, an unknown authority.
    case certificateRejected(reason: String, fault: CertificateFault)
    /// The peer gave up and sent an alert; often it does not trust our certificate.
    case refusedByPeer(reason: String)
    /// What came is no TLS, or none that we accept.
    case protocolViolated(reason: String)
    /// The connection ended without close_notify: what came last may be incomplete.
    case truncated
}

extension TLSFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .certificateRejected(let reason, _): "the peer's certificate was rejected: \(reason)"
        case .refusedByPeer(let reason): "the peer refused: \(reason)"
        case .protocolViolated(let reason): "the TLS protocol was violated: \(reason)"
        case .truncated: "the connection ended without a TLS closure"
        }
    }
}
