internal import Bytes

/// `application/x-www-form-urlencoded` (URL standard, 5): what stands between `&` and `=`.
public enum FormEncoding {
    /// Nil for a broken escape, and for what is no UTF-8 or has a NUL.
    public static func decode(_ text: ArraySlice<UInt8>) -> String? {
        let isPlain = !text.contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "%") || $0 == 0 }
        if isPlain { return String(validating: text, as: UTF8.self) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let byte = self.escaped(text, at: index) else { return nil }
                bytes.append(byte)
                index += 2
            case let byte: bytes.append(byte)
            }
            index += 1
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// With `%20` for a space, which every reader of a query understands.
    public static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): bytes.append(byte)
            case let byte where byte.isLetterOrDigit: bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "%"))
                bytes.append(Self.digits[Int(byte >> 4)])
                bytes.append(Self.digits[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `name=value&name=value`.
    public static func encode(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\($0.name)=\(self.encode($0.value))" }.joined(separator: "&")
    }

    /// An address with more in its query (RFC 6749, section 3.1.2: what is there is kept). It must have no fragment.
    public static func append(_ pairs: [(name: String, value: String)], toQueryOf address: String) -> String {
        let isWhole = address.utf8.last == UInt8(ascii: "?") || address.utf8.last == UInt8(ascii: "&")
        let separator = !address.utf8.contains(UInt8(ascii: "?")) ? "?" : isWhole ? "" : "&"
        return address + separator + self.encode(pairs)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func escaped(_ text: ArraySlice<UInt8>, at index: Int) -> UInt8? {
        guard index + 2 < text.endIndex, let high = text[index + 1].hexadecimalValue,
            let low = text[index + 2].hexadecimalValue
        else { return nil }
        return high << 4 | low
    }
}
