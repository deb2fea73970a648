public import Bytes
internal import HTTP

/// The issuer's identifier (RFC 8414, section 2), taken apart: https, or http on this machine alone, with a path and
/// without query and fragment.
public struct IssuerAddress: Sendable, Equatable {
    /// Exactly the `iss` of tokens.
    @Exact public var text: String
    public let isSecure: Bool
    /// Host and port as they were written.
    @Exact public var authority: String
    /// Without port, in lower case; an IPv6 address in its brackets, as in a Host field.
    @Exact public var host: String
    /// The one that is written, or the scheme's own.
    public let port: UInt16
    /// Begins with `/`, does not end with one: the prefix of all endpoints.
    @Exact public var path: String

    /// Why a text is no issuer.
    public enum Fault: Error, Equatable, Sendable {
        case notAnAddress
        case insecure
        /// The host ends with a dot, or there is a colon and no port behind it: requests never name it so.
        case unusualHost
        case hasQuery
        case noPath
        /// The path has escapes, empty segments, dot segments or a final `/`.
        case unusualPath
    }

    public init(_ text: String) throws(Fault) {
        guard let uri = URI(text), ["https", "http"].contains(uri.scheme), text.utf8.starts(with: uri.scheme.utf8),
            let authority = uri.authority, let server = uri.server
        else { throw .notAnAddress }
        guard !server.host.hasSuffix("."), !authority.hasSuffix(":") else { throw .unusualHost }
        guard uri.query == nil, uri.fragment == nil else { throw .hasQuery }
        guard uri.path.utf8.count > 1 else { throw .noPath }
        guard Self.isUsual(uri.path) else { throw .unusualPath }
        self.isSecure = uri.scheme == "https"
        self.text = text
        self.authority = authority
        self.host = server.host
        self.port = server.port ?? (self.isSecure ? 443 : 80)
        self.path = uri.path
        guard self.isSecure || self.isLoopback else { throw .insecure }
    }

    /// Whether it names this machine: then it is served whatever host a request names.
    public var isLoopback: Bool {
        // A host that begins with `127.` may be anybody's name.
        self.host == "localhost" || IPAddress(self.host.filter { !"[]".contains($0) })?.isLoopback ?? false
    }

    /// Scheme and authority.
    public var origin: String { (self.isSecure ? "https://" : "http://") + self.authority }

    // MARK: - Private details

    /// What it is after normalisation, so that it can be compared with normalised paths.
    private static func isUsual(_ path: String) -> Bool {
        let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        return segments.allSatisfy { segment in
            guard !segment.isEmpty, !segment.elementsEqual(".".utf8), !segment.elementsEqual("..".utf8) else {
                return false
            }
            return segment.allSatisfy(\.isUnreserved)
        }
    }
}
