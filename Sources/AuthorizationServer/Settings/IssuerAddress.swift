public import Bytes

/// The issuer's identifier (RFC 8414, section 2), taken apart: https, or http on this machine alone, with a path and
/// without query and fragment.
public struct IssuerAddress: Sendable, Equatable {
    /// Exactly the `iss` of tokens.
    @Exact public var text: String
    public let isSecure: Bool
    /// Host and port as they were written.
    @Exact public var authority: String
    /// Without port and brackets, in lower case.
    @Exact public var host: String
    /// Begins with `/`, does not end with one: the prefix of all endpoints.
    @Exact public var path: String

    /// Why a text is no issuer.
    public enum Fault: Error, Equatable, Sendable {
        case notAnAddress
        case insecure
        case hasQuery
        case noPath
        /// The path has escapes, empty segments, dot segments or a final `/`.
        case unusualPath
    }

    public init(_ text: String) throws(Fault) {
        let schemes = ["https://", "http://"]
        guard let scheme = schemes.first(where: { text.hasPrefix($0) }) else { throw .notAnAddress }
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        guard !rest.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else { throw .hasQuery }
        let authority = rest.prefix { $0 != UInt8(ascii: "/") }
        let path = rest.dropFirst(authority.count)
        guard let authority = String(authority), let path = String(path), !authority.isEmpty,
            !authority.utf8.contains(UInt8(ascii: "@"))
        else { throw .notAnAddress }
        let host = Self.host(of: authority)
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .notAnAddress }
        guard path.utf8.count > 1 else { throw .noPath }
        guard Self.isUsual(path) else { throw .unusualPath }
        self.isSecure = scheme == schemes[0]
        self.text = text
        self.authority = authority
        self.host = host
        self.path = path
        guard self.isSecure || self.isLoopback else { throw .insecure }
    }

    /// Whether it names this machine: then it is served whatever host a request names.
    public var isLoopback: Bool {
        // A host that begins with `127.` may be anybody's name.
        self.host == "localhost" || IPAddress(self.host)?.isLoopback ?? false
    }

    /// Scheme and authority.
    public var origin: String { (self.isSecure ? "https://" : "http://") + self.authority }

    // MARK: - Private details

    private static func host(of authority: String) -> String {
        if authority.hasPrefix("[") {
            return authority.dropFirst().prefix { $0 != "]" }.lowercased()
        }
        return authority.prefix { $0 != ":" }.lowercased()
    }

    /// What it is after normalisation, so that it can be compared with normalised paths.
    private static func isUsual(_ path: String) -> Bool {
        let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        return segments.allSatisfy { segment in
            guard !segment.isEmpty, !segment.elementsEqual(".".utf8), !segment.elementsEqual("..".utf8) else {
                return false
            }
            return segment.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"):
                    true
                default: false
                }
            }
        }
    }
}
