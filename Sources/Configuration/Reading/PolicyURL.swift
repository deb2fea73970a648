import Bytes
import Policy

/// An absolute `http` or `https` URL of the policy, as much of RFC 3986 as we accept: no user, no fragment, ASCII.
struct PolicyURL: Equatable {
    let scheme: String
    /// A name in lower case, an IPv4 address, or an IPv6 address in brackets.
    let host: String
    /// As written; nil: that of the scheme.
    let writtenPort: UInt16?
    /// Path and query as written; may be empty.
    let target: String

    var isSecure: Bool { self.scheme == "https" }
    var port: UInt16 { self.writtenPort ?? (self.isSecure ? 443 : 80) }
    /// What a Host field says.
    var authority: String { self.writtenPort.map { "\(self.host):\($0)" } ?? self.host }
    var address: IPAddress? { PolicyReader.literal(self.host) }
    /// A loopback address, or the name that means one (RFC 6761 6.3).
    var isLoopback: Bool { self.address?.isLoopback ?? (self.host == "localhost" || self.host.hasSuffix(".localhost")) }
    var hasQuery: Bool { self.target.utf8.contains(UInt8(ascii: "?")) }

    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else { return nil }
        guard let schemeEnd = text.range(ofText: "://") else { return nil }
        self.scheme = text[..<schemeEnd.lowerBound].lowercased()
        guard self.scheme == "http" || self.scheme == "https" else { return nil }
        let rest = text[schemeEnd.upperBound...]
        let authorityEnd = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        guard let (host, port) = Self.split(rest[..<authorityEnd]) else { return nil }
        self.host = host
        self.writtenPort = port
        self.target = String(rest[authorityEnd...])
        if self.target.utf8.contains(UInt8(ascii: "#")) { return nil }
    }

    private static func split(_ authority: Substring) -> (String, UInt16?)? {
        let hostEnd =
            authority.hasPrefix("[")
            ? authority.firstIndex(of: "]").map(authority.index(after:)) ?? authority.endIndex
            : authority.firstIndex(of: ":") ?? authority.endIndex
        let host = authority[..<hostEnd].lowercased()
        guard Self.isHost(host) else { return nil }
        let tail = authority[hostEnd...]
        if tail.isEmpty { return (host, nil) }
        guard tail.hasPrefix(":"), let port = PolicyReader.port(tail.dropFirst()) else { return nil }
        return (host, port)
    }

    /// A host name or an address literal, in lower case; what looks like an address must be one.
    static func isHost(_ host: String) -> Bool {
        if PolicyReader.literal(host) != nil { return true }
        let lastLabel = host.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
        guard !lastLabel.utf8.allSatisfy(\.isDigit) else { return false }
        return (try? HostPattern(host)).map { !$0.isWildcard } ?? false
    }
}

extension String {
    /// The first place of `other`, byte for byte.
    func range(ofText other: String) -> Range<String.Index>? {
        var index = self.startIndex
        while index < self.endIndex {
            if self[index...].utf8.starts(with: other.utf8) {
                return index..<self.utf8.index(index, offsetBy: other.utf8.count)
            }
            self.utf8.formIndex(after: &index)
        }
        return nil
    }
}
