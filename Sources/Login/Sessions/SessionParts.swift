internal import Bytes
internal import HTTP

/// A box as the values of cookies, and back.
///
/// Browsers take 4096 bytes for a cookie with its name and attributes. A longer box is split: the first part begins with
/// the number of parts and a dot, so that a part which another session left behind is not taken for one of it.
struct SessionParts: Sendable {
    /// Parts at the most. With 4 of them a request brings 14 KiB, less than half of what `limits.header_bytes` allows.
    static let maximumCount = 4
    static let bytesOfPart = 3600
    /// The longest box.
    static let maximumBoxByteCount = Self.maximumCount * Self.bytesOfPart / 4 * 3 - 2

    /// The names of the parts; the first is the cookie's own.
    let names: [[UInt8]]

    init(_ cookie: LoginCookie) {
        self.names = (0..<Self.maximumCount).map { Array((cookie.name + Self.suffix($0)).utf8) }
    }

    static func suffix(_ part: Int) -> String { part == 0 ? "" : "_\(part)" }

    /// The values. Nil if the box is longer than `maximumBoxByteCount`.
    static func split(_ box: [UInt8]) -> [String]? {
        guard box.count <= self.maximumBoxByteCount else { return nil }
        let text = Array(Base64URL.encode(box).utf8)
        let count = max(1, (text.count + 2 + self.bytesOfPart - 1) / self.bytesOfPart)
        guard count <= self.maximumCount else { return nil }
        let all = Array("\(count).".utf8) + text
        return (0..<count).map { part in
            let start = part * self.bytesOfPart
            return String(decoding: all[start..<min(all.count, start + self.bytesOfPart)], as: UTF8.self)
        }
    }

    /// What the fields of a request say of it.
    enum Finding: Equatable {
        case none
        /// Parts are missing, or a name came twice: of two nobody can tell which is ours.
        case broken
        case box(byteCount: Int)
    }

    /// How many parts the browser has of what it was given, from the first on, for whoever replaces or removes them.
    func count(_ isThere: (_ name: [UInt8]) -> Bool) -> Int {
        // Gaps are none of ours; what lies behind one is removed, too.
        (self.names.lastIndex(where: isThere) ?? -1) + 1
    }

    /// Joins the parts that `value` finds, and decodes them into `box`, which grows and is used again.
    ///
    /// - Parameters:
    ///   - text: Memory for the joined text, used again, too.
    ///   - append: Appends the value of the cookie of that name; says how many there were.
    func join(
        into box: inout [UInt8],
        text: inout ByteBuffer,
        _ append: (_ name: [UInt8], _ text: inout ByteBuffer) -> Int
    ) -> Finding {
        text.removeAll()
        let found = append(self.names[0], &text)
        guard found > 0 else { return .none }
        guard found == 1, text.count > 2, let count = Self.count(text.span) else { return .broken }
        for part in 1..<max(1, count) where append(self.names[part], &text) != 1 { return .broken }
        guard let byteCount = Base64URL.decode(text.span.extracting(2...), into: &box) else { return .broken }
        return .box(byteCount: byteCount)
    }

    private static func count(_ text: Span<UInt8>) -> Int? {
        guard text[0] > UInt8(ascii: "0"), text[1] == UInt8(ascii: ".") else { return nil }
        let count = Int(text[0] - UInt8(ascii: "0"))
        return count <= self.maximumCount ? count : nil
    }
}
