import Bytes

/// `traceparent` (W3C Trace Context 3.2): `00-`, 32, 16 and 2 hexadecimal digits in lower case, neither identifier all zero.
enum TraceParent {
    static func isValid(_ value: Span<UInt8>) -> Bool {
        guard value.count >= 55, value[2] == 0x2d, value[35] == 0x2d, value[52] == 0x2d else { return false }
        // Later versions may be longer (3.2.4); ff is none.
        if value[0] == 0x66 && value[1] == 0x66 { return false }
        if value.count > 55 && (value[55] != 0x2d || (value[0] == 0x30 && value[1] == 0x30)) { return false }
        return self.isHexadecimal(value, 0..<2) && self.isIdentifier(value, 3..<35) && self.isIdentifier(value, 36..<52)
            && self.isHexadecimal(value, 53..<55)
    }

    private static func isHexadecimal(_ value: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where !(value[index].isDigit || (value[index] >= 0x61 && value[index] <= 0x66)) {
            return false
        }
        return true
    }

    private static func isIdentifier(_ value: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard self.isHexadecimal(value, range) else { return false }
        for index in range where value[index] != 0x30 { return true }
        return false
    }
}
