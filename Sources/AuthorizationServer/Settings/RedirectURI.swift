public import Bytes
internal import HTTP

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
        case unusualNumber
        case insecure
        case schemeWithoutDot
    }

    public init(_ text: String) throws(Fault) {
        guard text.utf8.count <= Self.maximumByteCount else { throw .tooLong }
        // The scheme in lower case, as browsers write it.
        guard text.utf8.allSatisfy(Self.isAllowed), let uri = URI(text), text.utf8.starts(with: uri.scheme.utf8) else {
            throw .notAbsolute
        }
        // RFC 6749, section 3.1.2: "The endpoint URI MUST NOT include a fragment component."
        guard uri.fragment == nil else { throw .hasFragment }
        guard !text.utf8.contains(UInt8(ascii: "*")) else { throw .hasWildcard }
        self.text = text
        switch uri.scheme {
        case "https": _ = try Self.server(of: uri)
        case "http": guard try Self.server(of: uri).isThisMachine else { throw .insecure }
        default:
            // RFC 8252, section 7.1: a reversed domain name, which has a dot. `javascript:` and `data:` have none.
            guard uri.isPrivateUse else { throw .schemeWithoutDot }
            guard text.utf8.count > uri.scheme.utf8.count + 1 else { throw .notAbsolute }
        }
    }

    // MARK: - Private details

    /// What RFC 3986 has a place for.
    private static func isAllowed(_ byte: UInt8) -> Bool { !"\"<>^`{|}".utf8.contains(byte) }

    private static func server(of uri: URI) throws(Fault) -> Authority {
        guard let authority = uri.authority else { throw .notAbsolute }
        guard !authority.utf8.contains(UInt8(ascii: "@")) else { throw .hasUser }
        // An empty port says nothing, and would have to be repeated by every request.
        guard let server = uri.server, authority.utf8.last != UInt8(ascii: ":") else { throw .badAuthority }
        guard !server.isUnusualNumber else { throw .unusualNumber }
        return server
    }
}

extension Authority {
    /// Whether browsers read the host as an IPv4 address, since its last label is a number, and nobody else does: to them
    /// `0x7f.1` is 127.0.0.1 (WHATWG URL, "ends in a number checker"). Four decimal numbers are the same for all.
    fileprivate var isUnusualNumber: Bool {
        let labels = self.host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // One final dot changes nothing.
        let last =
            labels.count > 1 && labels.last?.isEmpty ?? false ? labels[labels.count - 2] : labels[labels.count - 1]
        guard last.first?.isDigit ?? false else { return false }
        let isHex =
            last.starts(with: "0x".utf8) && last.dropFirst(2).allSatisfy { $0.isDigit || (0x61...0x66).contains($0) }
        return (isHex || last.allSatisfy(\.isDigit)) && IPAddress(self.host) == nil
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
        case .unusualNumber: "browsers read this host as an IPv4 address; write it as four decimal numbers"
        case .insecure:
            "http is for 127.0.0.1, [::1] and localhost alone; everywhere else a code could be read on its way"
        case .schemeWithoutDot: "a scheme of one's own has a dot in it, such as `com.example.app:/callback`"
        }
    }
}
