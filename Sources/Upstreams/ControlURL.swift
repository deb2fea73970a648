import Bytes
import HTTP

/// An absolute `http` or `https` URL that the gateway calls by itself: no user, no fragment, ASCII alone (RFC 3986).
///
/// Some come from documents that were fetched, so nothing about them is taken for granted.
public struct ControlURL: Sendable, Equatable {
    public let isSecure: Bool
    /// A name in lower case, or an address.
    public let server: ServerAddress
    /// What the Host field says: as written.
    public let authority: String
    /// Path and query, at least `/`.
    public let target: String

    /// Longer ones are refused; the same bound as `limits.target_bytes`.
    public static let maximumByteCount = 8 * 1024

    /// Nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let isPlain = bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "#") }
        guard isPlain && bytes.count <= Self.maximumByteCount else { return nil }
        guard let isSecure = Self.isSecure(bytes.span) else { return nil }
        let start = isSecure ? 8 : 7
        let end = bytes[start...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? bytes.count
        guard let server = Self.server(bytes.span.extracting(start..<end), isSecure: isSecure) else { return nil }
        self.isSecure = isSecure
        self.server = server
        self.authority = String(decoding: bytes[start..<end], as: UTF8.self)
        let target = String(decoding: bytes[end...], as: UTF8.self)
        self.target = target.hasPrefix("/") ? target : "/" + target
    }

    /// The whole of it. Not for messages: the query may hold a secret.
    public var text: String { "\(self.isSecure ? "https" : "http")://\(self.authority)\(self.target)" }

    /// The host alone, for names and certificates: without brackets and port.
    public var host: String {
        switch self.server {
        case .ip(let address, _): "\(address)"
        case .name(let name, _): name
        case .unix(let path): path
        }
    }

    /// Whether it leads to this machine, whatever the name servers say (RFC 6761, section 6.3).
    public var isLoopback: Bool {
        switch self.server {
        case .ip(let address, _): address.isLoopback
        case .name(let name, _): name == "localhost"
        case .unix: true
        }
    }

    private static func isSecure(_ url: Span<UInt8>) -> Bool? {
        if url.startsIgnoringCase(with: "https://") { return true }
        return url.startsIgnoringCase(with: "http://") ? false : nil
    }

    private static func server(_ authority: Span<UInt8>, isSecure: Bool) -> ServerAddress? {
        guard HostName.isValid(authority) else { return nil }
        let digits = authority.extracting(HostName.portRange(in: authority)).string
        guard let port = digits.isEmpty ? (isSecure ? 443 : 80) : UInt16(digits), port > 0 else { return nil }
        let host = authority.extracting(HostName.range(in: authority)).string.lowercased()
        guard host.hasPrefix("[") else {
            return IPAddress(host).map { .ip($0, port: port) } ?? .name(host, port: port)
        }
        return IPAddress(String(host.dropFirst().dropLast())).map { .ip($0, port: port) }
    }
}

extension ControlURL: CustomStringConvertible {
    /// Without the query, which may hold a secret.
    public var description: String {
        let path = self.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)[0]
        return "\(self.isSecure ? "https" : "http")://\(self.authority)\(path)"
    }
}
