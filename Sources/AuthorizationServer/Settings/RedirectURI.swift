public import Bytes

/// A redirect URI as a client may register it (RFC 6749, section 3.1.2; RFC 8252, section 7): https, http on this machine,
/// or a scheme of the client's own. Requests are compared with it byte by byte (RFC 9700, section 2.1), so it holds no
/// pattern.
public struct RedirectURI: Sendable, Equatable {
    @Exact public var text: String

    /// No address bar shows more.
    public static let maximumByteCount = 2048

    /// Why a text is no redirect URI.
    public enum Fault: Error, Equatable, Sendable {
        case notAbsolute
        case tooLong
        case hasFragment
        case hasWildcard
        case hasUser
        case badAuthority
        case insecure
        case schemeWithoutDot
    }

    public init(_ text: String) throws(Fault) {
        guard text.utf8.count <= Self.maximumByteCount else { throw .tooLong }
        guard text.utf8.allSatisfy(Self.isAllowed), let scheme = Self.scheme(of: text) else {
            throw .notAbsolute
        }
        // RFC 6749, section 3.1.2: "The endpoint URI MUST NOT include a fragment component."
        guard !text.utf8.contains(UInt8(ascii: "#")) else { throw .hasFragment }
        guard !text.utf8.contains(UInt8(ascii: "*")) else { throw .hasWildcard }
        self.text = text
        switch scheme {
        case "https": _ = try Self.host(of: text.dropFirst("https:".count))
        case "http":
            let host = try Self.host(of: text.dropFirst("http:".count))
            guard Self.loopbackHosts.contains(host) else { throw .insecure }
        default:
            // RFC 8252, section 7.1: a reversed domain name, which has a dot. `javascript:` and `data:` have none.
            guard scheme.utf8.contains(UInt8(ascii: ".")) else { throw .schemeWithoutDot }
            guard text.utf8.count > scheme.utf8.count + 1 else { throw .notAbsolute }
        }
    }

    // MARK: - Private details

    /// RFC 8252, section 7.3, and the name that developers write.
    private static let loopbackHosts: Set = ["127.0.0.1", "[::1]", "localhost"]

    /// What RFC 3986 has a place for. Of a backslash browsers make a `/`.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !"\"<>\\^`{|}".utf8.contains(byte)
    }

    /// RFC 3986, section 3.1, in lower case as browsers write it.
    private static func scheme(of text: String) -> String? {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let scheme = text.utf8[..<colon]
        guard let first = scheme.first, first.isLetter else { return nil }
        let isScheme = scheme.allSatisfy { byte in
            byte.isLetterOrDigit && !byte.isUpperCase || "+-.".utf8.contains(byte)
        }
        return isScheme ? String(scheme) : nil
    }

    /// The host of `//HOST:PORT/…`, with its brackets.
    private static func host(of rest: Substring) throws(Fault) -> String {
        guard rest.hasPrefix("//") else { throw .notAbsolute }
        let authority = rest.utf8.dropFirst(2).prefix { !"/?".utf8.contains($0) }
        guard !authority.contains(UInt8(ascii: "@")) else { throw .hasUser }
        let closing = authority.first == UInt8(ascii: "[") ? authority.firstIndex(of: UInt8(ascii: "]")) : nil
        let start = closing ?? authority.startIndex
        let hostEnd = authority[start...].firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
        guard let host = String(authority[..<hostEnd]), !host.isEmpty else { throw .badAuthority }
        let port = authority[hostEnd...].dropFirst()
        guard hostEnd == authority.endIndex || UInt16(String(port) ?? "") != nil else { throw .badAuthority }
        guard closing != nil || host.utf8.allSatisfy({ $0.isLetterOrDigit || "-._".utf8.contains($0) }) else {
            throw .badAuthority
        }
        return host
    }
}

extension RedirectURI.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAbsolute: "a redirect URI is absolute: `https://app.example.com/callback`"
        case .tooLong: "a redirect URI has at most \(RedirectURI.maximumByteCount) bytes"
        case .hasFragment: "a redirect URI has no fragment: the `#` must go"
        case .hasWildcard: "redirect URIs are compared byte by byte, and `*` stands for nothing; list each of them"
        case .hasUser: "a redirect URI names no user"
        case .badAuthority: "this is no host with or without a port"
        case .insecure:
            "http is for 127.0.0.1, [::1] and localhost alone; everywhere else a code could be read on its way"
        case .schemeWithoutDot: "a scheme of one's own has a dot in it, such as `com.example.app:/callback`"
        }
    }
}
