import Bytes

/// Goes through the elements of a comma-separated field value (RFC 9110 5.6.1). Empty elements are skipped, and quoted
/// strings are not known: a comma in one ends an element, too.
public struct ListElements: Sendable {
    private var position = 0

    public init() {}

    /// Where the next element lies, without the white space around it.
    public mutating func next(_ value: Span<UInt8>) -> Range<Int>? {
        while self.position < value.count {
            let end = value.firstPlace(of: UInt8(ascii: ","), from: self.position)
            let element = value.trimmed(self.position..<end)
            self.position = end + 1
            if !element.isEmpty { return element }
        }
        return nil
    }
}
