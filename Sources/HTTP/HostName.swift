public import Bytes

/// The host of an authority: `host [ ":" port ]` (RFC 3986 3.2, RFC 9110 7.2).
public enum HostName {
    /// Whether these bytes may stand in a Host field: a name, an IPv4 address or an IPv6 address in brackets, with or
    /// without a port.
    ///
    /// Two things that RFC 3986 allows are refused. An empty host is invalid in `http` and `https` (RFC 9110 4.2.1).
    /// An escape in a name could be read by an upstream as another name than the one that chose the route.
    @inlinable
    public static func isValid(_ authority: Span<UInt8>) -> Bool {
        let end = Self.hostEnd(authority)
        return end > 0 && Self.isValidPort(authority.extracting(end..<authority.count))
    }

    /// The place behind the host's last byte, or 0 if there is no valid host.
    @usableFromInline
    static func hostEnd(_ authority: Span<UInt8>) -> Int {
        if authority.count > 0 && authority[0] == UInt8(ascii: "[") {
            let end = authority.firstPlace(of: UInt8(ascii: "]"), from: 1)
            guard end < authority.count else { return 0 }
            return IPv6Literal.isValid(authority.extracting(1..<end)) ? end + 1 : 0
        }
        var end = authority.firstBeyondHostName(from: 0)
        while end < authority.count && authority[end].isRegisteredNameCharacter { end += 1 }
        return end
    }

    /// Nothing, or a colon and digits. RFC 3986 lets the digits be absent; a number above 65535 is no port.
    @usableFromInline
    static func isValidPort(_ port: Span<UInt8>) -> Bool {
        guard !port.isEmpty else { return true }
        guard port[0] == UInt8(ascii: ":") && port.count <= 6 else { return false }
        var number = 0
        for index in 1..<port.count {
            guard port[index].isDigit else { return false }
            number = number * 10 + Int(port[index] - 0x30)
        }
        return number <= 65535
    }

    /// The host in a valid authority: without port and final dot; an IPv6 address keeps its brackets.
    public static func range(in authority: Span<UInt8>) -> Range<Int> {
        let end = Self.hostEnd(authority)
        // A name of one dot alone stays, or nothing would be left.
        guard end > 1 && authority[end - 1] == UInt8(ascii: ".") else { return 0..<end }
        return 0..<end - 1
    }

    /// Appends that host in lower case: the form in which hosts are compared.
    public static func appendCompared(_ authority: Span<UInt8>, to buffer: inout ByteBuffer) {
        let host = Self.range(in: authority)
        buffer.reserve(host.count)
        for index in host { buffer.append(authority[index].lowerCased) }
    }

    /// The digits of the port; empty if there is none.
    public static func portRange(in authority: Span<UInt8>) -> Range<Int> {
        let end = Self.hostEnd(authority)
        return Swift.min(end + 1, authority.count)..<authority.count
    }
}
