public import Upstreams

/// Why an issuer's keys could not be fetched. Texts are for the operator.
public enum KeyFetchFailure: Error, Equatable, Sendable {
    case call(url: String, ControlFailure)
    /// The metadata or the set is no JSON, or JSON of another shape.
    case document(url: String, String)
    /// OpenID Connect Discovery 1.0, section 4.3, and RFC 8414, section 3.3: such metadata must not be used.
    case issuerMismatch(url: String, found: String?)
    /// `jwks_uri` is no URL that may be called.
    case keyLocation(String)

    /// A word for metrics: dns, link_local, tcp, tls, http, size, timeout, json, issuer_mismatch or jwks_uri.
    public var reason: String {
        switch self {
        case .call(_, let failure): failure.reason
        case .document: "json"
        case .issuerMismatch: "issuer_mismatch"
        case .keyLocation: "jwks_uri"
        }
    }

    /// Whether the issuer is not merely unreachable: somebody else answers in its place, and what was obtained before
    /// is no longer believed.
    var endsTrust: Bool {
        switch self {
        case .issuerMismatch: true
        case .call, .document, .keyLocation: false
        }
    }
}

extension KeyFetchFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .call(let url, let failure): "\(url): \(failure)"
        case .document(let url, let words): "\(url): \(words)"
        case .issuerMismatch(let url, let found?):
            "\(url): the metadata is of another issuer, \"\(Self.shortened(found))\""
        case .issuerMismatch(let url, nil): "\(url): the metadata names no issuer"
        case .keyLocation(let words): words
        }
    }

    /// What somebody else wrote is quoted up to here.
    static func shortened(_ text: String) -> String {
        text.utf8.count <= 200 ? text : String(text.prefix(100)) + "…"
    }
}
