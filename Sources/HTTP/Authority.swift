internal import Bytes

/// The host and the port of an address that somebody wrote (RFC 3986, section 3.2).
///
/// Stricter than a Host field: a name is letters, digits, `-`, `.` and `_`. Other characters mean something where an
/// address is written down next: a `;` ends a source in a policy for browsers.
public struct Authority: Sendable, Equatable {
    /// In lower case; an IPv6 address in its brackets.
    public let host: String
    /// Nil if none is written, or an empty one, which is the same (RFC 3986, section 6.2.3).
    public let port: UInt16?

    /// Nil for anything but a host with or without a port, a user before it above all.
    public init?(_ text: String) {
        let bytes = text.utf8Span.span
        guard HostName.isValid(bytes) else { return nil }
        let host = bytes.extracting(..<HostName.hostEnd(bytes)).string
        guard host.utf8.first == UInt8(ascii: "[") || host.utf8.allSatisfy(\.isInName) else { return nil }
        self.host = host.lowercased()
        self.port = UInt16(bytes.extracting(HostName.portRange(in: bytes)).string)
    }

    /// RFC 8252, section 7.3, and the name that developers write.
    public var isThisMachine: Bool { ["127.0.0.1", "[::1]", "localhost"].contains(self.host) }
}

extension UInt8 {
    fileprivate var isInName: Bool { self.isLetterOrDigit || "-._".utf8.contains(self) }
}
