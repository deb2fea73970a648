/// Bytes as hexadecimal digits.
public enum Hex {
    /// Two lower-case digits for each byte.
    public static func encode(_ bytes: Span<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for index in bytes.indices {
            text.append(self.digits[Int(bytes[index] >> 4)])
            text.append(self.digits[Int(bytes[index] & 0x0F)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Two lower-case digits for each byte.
    public static func encode(_ bytes: [UInt8]) -> String {
        self.encode(bytes.span)
    }

    /// The bytes that the digits, in either case, stand for; nil if there is anything else or half a byte.
    public static func decode(_ text: String) -> [UInt8]? {
        let digits = text.utf8Span.span
        guard digits.count & 1 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index].hexadecimalValue, let low = digits[index + 1].hexadecimalValue else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
