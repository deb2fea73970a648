import Glibc

/// An IPv4 or IPv6 address as 128 bits; IPv4 in its mapped form (RFC 4291 2.5.5.2), so that `::ffff:10.0.0.1` is `10.0.0.1`.
public struct IPAddress: Hashable, Sendable {
    public let high: UInt64
    public let low: UInt64

    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    @inlinable
    public init(ipv4: UInt32) {
        self.init(high: 0, low: 0xffff_0000_0000 | UInt64(ipv4))
    }

    /// Nil when `text` is no address literal. Brackets and zone identifiers are not part of one.
    public init?(_ text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(ipv4: UInt32(bigEndian: four.s_addr))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let halves = withUnsafeBytes(of: six) { bytes in
            (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.init(high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1))
    }

    @inlinable public var isIPv4: Bool { self.high == 0 && self.low >> 32 == 0xffff }
    public var isLoopback: Bool { self.isIPv4 ? (self.low >> 24) & 0xff == 127 : self.high == 0 && self.low == 1 }

    /// 169.254.0.0/16 and fe80::/10.
    public var isLinkLocal: Bool { self.isIPv4 ? (self.low >> 16) & 0xffff == 0xa9fe : self.high >> 54 == 0x3fa }
}

extension IPAddress: CustomStringConvertible {
    public var description: String {
        if self.isIPv4 {
            return "\((self.low >> 24) & 255).\((self.low >> 16) & 255).\((self.low >> 8) & 255).\(self.low & 255)"
        }
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) { bytes in
            bytes.storeBytes(of: self.high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: self.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            guard inet_ntop(AF_INET6, &address, text.baseAddress, socklen_t(text.count)) != nil else { return "?" }
            return String(cString: text.baseAddress!)
        }
    }
}

/// A network in CIDR notation, `10.0.0.0/8` or `fd00::/8`; a bare address is a network of one.
public struct Network: Hashable, Sendable {
    public let address: IPAddress
    /// Leading bits that count, of 128.
    public let prefixLength: Int

    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { return nil }
        let width = address.isIPv4 && !parts[0].contains(":") ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard let number = Int(parts[1]), (0...width).contains(number), !parts[1].hasPrefix("+") else { return nil }
            length = number
        }
        self.prefixLength = length + 128 - width
        self.address = Self.masked(address, self.prefixLength)
        // Bits behind the prefix are almost always a slip of the pen: 10.0.0.1/8.
        guard self.address == address else { return nil }
    }

    public func contains(_ address: IPAddress) -> Bool {
        Self.masked(address, self.prefixLength) == self.address
    }

    private static func masked(_ address: IPAddress, _ length: Int) -> IPAddress {
        let high = length >= 64 ? address.high : length == 0 ? 0 : address.high & (~0 << UInt64(64 - length))
        let low = length <= 64 ? 0 : length == 128 ? address.low : address.low & (~0 << UInt64(128 - length))
        return IPAddress(high: high, low: low)
    }
}

extension Network: CustomStringConvertible {
    public var description: String {
        self.address.isIPv4 && self.prefixLength >= 96
            ? "\(self.address)/\(self.prefixLength - 96)" : "\(self.address)/\(self.prefixLength)"
    }
}
