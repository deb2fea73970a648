internal import Bytes

/// The host of an address as browsers write it, who know more spellings of an IP address than any `Origin` of theirs has
/// (URL standard, section 3.5).
enum BrowserHost {
    /// What browsers make of `host`, which is in lower case; an IPv6 address in its brackets. Nil when they take it for an
    /// address that is none.
    static func spelling(of host: String) -> String? {
        if host.hasPrefix("[") { return IPAddress(String(host.dropFirst().dropLast())).map { "[\(self.groups($0))]" } }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last, self.isNumber(last) else { return host }
        return self.address(labels).map { "\(IPAddress(ipv4: $0))" }
    }

    // MARK: - IPv4

    /// Whether it makes an address of the whole host: digits, or `0x` and what may follow.
    private static func isNumber(_ label: Substring) -> Bool {
        !label.isEmpty && (label.utf8.allSatisfy(\.isDigit) || self.number(label) != nil)
    }

    /// Up to four numbers, of which the last one fills all that the others have left.
    private static func address(_ labels: [Substring]) -> UInt32? {
        guard labels.count <= 4 else { return nil }
        var address: UInt64 = 0
        for label in labels.dropLast() {
            guard let byte = self.number(label), byte <= 255 else { return nil }
            address = address << 8 | byte
        }
        let room = UInt64(8 * (5 - labels.count))
        guard let last = labels.last.flatMap(self.number), last < 1 << room else { return nil }
        return UInt32(address << room | last)
    }

    /// Hexadecimal behind `0x`, octal behind `0`, else decimal. Nil beyond 64 bits, too: no address is so large.
    private static func number(_ label: Substring) -> UInt64? {
        if label == "0x" { return 0 }
        if label.hasPrefix("0x") { return self.digits(label.dropFirst(2), radix: 16) }
        if label.hasPrefix("0"), label.utf8.count > 1 { return self.digits(label.dropFirst(), radix: 8) }
        return self.digits(label, radix: 10)
    }

    /// `UInt64(_:radix:)` takes a sign.
    private static func digits(_ text: Substring, radix: Int) -> UInt64? {
        text.utf8.allSatisfy { $0.hexadecimalValue != nil } ? UInt64(text, radix: radix) : nil
    }

    // MARK: - IPv6

    /// Groups without leading zeros, the first longest run of two or more that are zero as `::`. Also of an IPv4 address in
    /// its mapped form.
    private static func groups(_ address: IPAddress) -> String {
        let groups = [address.high, address.low].flatMap { half in
            [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> $0) }
        }
        guard let gap = self.longestGap(groups) else { return self.joined(groups[...]) }
        return self.joined(groups[..<gap.lowerBound]) + "::" + self.joined(groups[gap.upperBound...])
    }

    private static func joined(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func longestGap(_ groups: [UInt16]) -> Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 { start = index + 1 }
            if index + 1 - start > max(1, longest?.count ?? 0) { longest = start..<index + 1 }
        }
        return longest
    }
}
