import Bytes

extension IPAddress {
    /// Nil when `text` is no address literal. Brackets, ports and zones are not part of one.
    init?(_ text: Span<UInt8>) {
        if let four = Self.ipv4(text) {
            self.init(ipv4: four)
        } else {
            guard let six = Self.ipv6(text) else { return nil }
            self = six
        }
    }

    // Four decimal octets without leading zeros, which some readers take for octal.
    private static func ipv4(_ text: Span<UInt8>) -> UInt32? {
        var address: UInt32 = 0
        var position = 0
        for octet in 0..<4 {
            let start = position
            var value: UInt32 = 0
            while position < text.count && text[position].isDigit && position - start < 3 {
                value = value * 10 + UInt32(text[position] - 0x30)
                position += 1
            }
            let digits = position - start
            guard digits > 0 && value <= 255 && (digits == 1 || text[start] != 0x30) else { return nil }
            address = address << 8 | value
            guard octet < 3 else { break }
            guard position < text.count && text[position] == UInt8(ascii: ".") else { return nil }
            position += 1
        }
        return position == text.count ? address : nil
    }

    // RFC 4291 2.2: eight groups; one `::` for at least one group of zeros; the last two groups may be an IPv4 address.
    private static func ipv6(_ text: Span<UInt8>) -> IPAddress? {
        var groups = InlineArray<8, UInt16>(repeating: 0)
        var count = 0
        var gap = -1
        var position = 0
        if text.hasColons(at: 0) {
            gap = 0
            position = 2
        }
        while position < text.count {
            if count <= 6, let four = Self.ipv4(text.extracting(position..<text.count)) {
                groups[count] = UInt16(four >> 16)
                groups[count + 1] = UInt16(truncatingIfNeeded: four)
                count += 2
                break
            }
            guard count < 8, let group = text.group(at: &position) else { return nil }
            groups[count] = group
            count += 1
            guard position < text.count else { break }
            guard text[position] == UInt8(ascii: ":") else { return nil }
            if text.hasColons(at: position) {
                guard gap < 0 else { return nil }
                gap = count
                position += 2
            } else {
                position += 1
                guard position < text.count else { return nil }
            }
        }
        guard gap >= 0 ? count < 8 : count == 8 else { return nil }
        return Self.joined(groups, count, gap: gap)
    }

    private static func joined(_ groups: InlineArray<8, UInt16>, _ count: Int, gap: Int) -> IPAddress {
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<count {
            let place = gap >= 0 && index >= gap ? 8 - count + index : index
            let bits = UInt64(groups[index]) << UInt64(48 - 16 * (place % 4))
            if place < 4 { high |= bits } else { low |= bits }
        }
        return IPAddress(high: high, low: low)
    }
}

extension Span<UInt8> {
    fileprivate func hasColons(at index: Int) -> Bool {
        index + 1 < self.count && self[index] == UInt8(ascii: ":") && self[index + 1] == UInt8(ascii: ":")
    }

    /// One to four hexadecimal digits; moves `position` behind them.
    fileprivate func group(at position: inout Int) -> UInt16? {
        let start = position
        var value: UInt16 = 0
        while position < self.count, position - start < 4, let digit = self[position].hexadecimalValue {
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return position > start ? value : nil
    }
}
