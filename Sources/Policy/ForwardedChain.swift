public import Bytes
import HTTP

/// Who the client is, by the `X-Forwarded-For` of trusted peers: walked from the right, the first address that is not
/// trusted is the client. From anybody else the field means nothing (CVE-2026-35051, GHSA-vhr5-ggp3-qq85).
///
/// Field lines are walked last line first: together they are one list (RFC 9110 5.3).
public struct ForwardedChain: Sendable {
    /// The client, as far as the walk has come.
    public private(set) var client: IPAddress
    /// False once the client is known: what is further to the left is what it says of itself.
    public private(set) var goesOn: Bool

    /// `isPeerTrusted` also tells of peers on Unix sockets, which have no address to find in a network.
    public init(peer: IPAddress, isPeerTrusted: Bool) {
        self.client = peer
        self.goesOn = isPeerTrusted
    }

    /// Walks one field line.
    public mutating func walk(_ value: Span<UInt8>, trusted: [Network]) {
        var end = value.count
        while self.goesOn && end >= 0 {
            var start = end
            while start > 0 && value[start - 1] != UInt8(ascii: ",") { start -= 1 }
            self.step(value.extracting(start..<end).trimmed(), trusted)
            end = start - 1
        }
    }

    private mutating func step(_ element: Span<UInt8>, _ trusted: [Network]) {
        // RFC 9110 5.6.1: empty elements of a list do not count.
        guard !element.isEmpty else { return }
        // A trusted proxy that names no address (`unknown`) hides the rest: the last one known stands for the client.
        guard let address = IPAddress(element.withoutPort()) else {
            self.goesOn = false
            return
        }
        self.client = address
        self.goesOn = false
        for network in trusted where network.contains(address) { self.goesOn = true }
    }
}

extension Span<UInt8> {
    @_lifetime(copy self)
    fileprivate func trimmed() -> Span<UInt8> {
        var start = 0
        var end = self.count
        while start < end && self[start].isOptionalWhitespace { start += 1 }
        while end > start && self[end - 1].isOptionalWhitespace { end -= 1 }
        return self.extracting(start..<end)
    }

    /// `192.0.2.1:80` and `[2001:db8::1]:80` without port and brackets; an IPv6 address without brackets has no port.
    @_lifetime(copy self)
    fileprivate func withoutPort() -> Span<UInt8> {
        if self[0] == UInt8(ascii: "[") {
            return self.extracting(1..<Swift.max(self.firstIndex(of: UInt8(ascii: "]")) ?? 1, 1))
        }
        guard let colon = self.firstIndex(of: UInt8(ascii: ":")),
            self.extracting(colon + 1..<self.count).firstIndex(of: UInt8(ascii: ":")) == nil
        else { return self }
        return self.extracting(0..<colon)
    }
}
