import HTTP
import HTTPConnections
public import Transport

/// Why a control call came to nothing. Texts are for the operator.
public enum ControlFailure: Error, Equatable, Sendable {
    case nameUnknown(String)
    /// The name servers have not answered in time.
    case nameTimeout(String)
    /// 169.254.0.0/16 and fe80::/10 are where clouds keep the secrets of a machine; no issuer lives there.
    case linkLocal
    /// No connection, or one that broke.
    case connection(String)
    /// With what is wrong with the server's certificate, if that is it.
    case tls(String, CertificateFault? = nil)
    /// The answer is none of those that were asked for, or no HTTP.
    case status(UInt16)
    case answer(String)
    /// Larger than `ControlCall.maximumBodyBytes`.
    case tooLarge
    /// What was still missing when the time was up.
    case timeout(String)

    /// A word for metrics.
    public var reason: String {
        switch self {
        case .nameUnknown, .nameTimeout: "dns"
        case .linkLocal: "link_local"
        case .connection: "tcp"
        case .tls: "tls"
        case .status, .answer: "http"
        case .tooLarge: "size"
        case .timeout: "timeout"
        }
    }
}

extension ControlFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .nameUnknown(let name): "the name \(name) does not resolve"
        case .nameTimeout(let name): "the name \(name) was not resolved in time"
        case .linkLocal: "link-local addresses are never called"
        case .connection(let words): words
        case .tls(let words, _): "TLS: \(words)"
        case .status(let status) where (300..<400).contains(status):
            "the answer is \(status); redirects are not followed"
        case .status(let status): "the answer is \(status)"
        case .answer(let words): words
        case .tooLarge: "the answer has more than \(ControlCall.maximumBodyBytes / 1024) KiB"
        case .timeout(let missing): "the time was up before \(missing)"
        }
    }
}
