import Bytes

/// `IPv6address` of RFC 3986 3.2.2: what stands between the brackets, without a zone.
enum IPv6Literal {
    static func isValid(_ text: Span<UInt8>) -> Bool {
        var groups = 0
        var isCompressed = false
        var position = 0
        if text.startsGap(at: 0) {
            isCompressed = true
            position = 2
        }
        while position < text.count {
            let end = Self.groupEnd(text, from: position)
            if end < text.count && text[end] == UInt8(ascii: ".") {
                guard Self.isIPv4(text.extracting(position..<text.count)) else { return false }
                groups += 2
                position = text.count
                break
            }
            guard end > position && end - position <= 4 else { return false }
            groups += 1
            position = end
            guard position < text.count else { break }
            guard text[position] == UInt8(ascii: ":") else { return false }
            if text.startsGap(at: position) {
                guard !isCompressed else { return false }
                isCompressed = true
                position += 2
            } else {
                position += 1
                guard position < text.count else { return false }
            }
        }
        // The gap stands for at least one group.
        return isCompressed ? groups < 8 : groups == 8
    }

    private static func groupEnd(_ text: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < text.count && text[end].hexadecimalValue != nil { end += 1 }
        return end
    }

    /// `dec-octet "." dec-octet "." dec-octet "." dec-octet`, without leading zeros.
    private static func isIPv4(_ text: Span<UInt8>) -> Bool {
        var octets = 0
        var position = 0
        while octets < 4 {
            let start = position
            var number = 0
            while position < text.count && text[position].isDigit && position - start < 3 {
                number = number * 10 + Int(text[position] - 0x30)
                position += 1
            }
            let digits = position - start
            guard digits > 0 && number <= 255 && (digits == 1 || text[start] != 0x30) else { return false }
            octets += 1
            guard octets < 4 else { break }
            guard position < text.count && text[position] == UInt8(ascii: ".") else { return false }
            position += 1
        }
        return position == text.count
    }
}

extension Span<UInt8> {
    fileprivate func startsGap(at index: Int) -> Bool {
        index + 1 < self.count && self[index] == UInt8(ascii: ":") && self[index + 1] == UInt8(ascii: ":")
    }
}
