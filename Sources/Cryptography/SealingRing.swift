/// Keys for sealing: the first seals, each opens. A key is rotated by putting a new one in front of it.
public struct SealingRing: Sendable {
    private let keys: [SealingKey]

    /// Nil without a key.
    public init?(_ keys: [SealingKey]) {
        guard !keys.isEmpty else { return nil }
        self.keys = keys
    }

    public init(_ key: SealingKey) { self.keys = [key] }

    /// A box under the first key. `associatedData` is not in it; whoever opens the box must know it.
    public func seal(_ text: Span<UInt8>, associatedData: Span<UInt8>) -> [UInt8] {
        self.keys[0].seal(text, associatedData: associatedData)
    }

    /// The text; nil if no key of the ring made the box, or it was changed, or made for other associated data.
    public func open(_ box: Span<UInt8>, associatedData: Span<UInt8>) -> [UInt8]? {
        for key in self.keys where key.isAsked(by: box) { return key.open(box, associatedData: associatedData) }
        return nil
    }
}
