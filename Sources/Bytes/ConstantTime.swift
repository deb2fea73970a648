/// Comparisons whose duration tells nothing of what is compared, for secrets.
public enum ConstantTime {
    /// Whether both hold the same bytes. Only the lengths, which are no secret, can be told from the time it takes.
    @inline(never)
    public static func areEqual(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        for index in one.indices {
            difference |= one[index] ^ other[index]
        }
        return difference == 0
    }

    /// Whether both hold the same bytes.
    public static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        self.areEqual(one.span, other.span)
    }
}
