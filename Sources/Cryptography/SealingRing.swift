public import Bytes

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

    /// For one thread that opens many boxes with the same associated data.
    public func opener(associatedData: [UInt8]) -> BoxOpener {
        BoxOpener(self.keys.map(\.opening), associatedData: associatedData)
    }
}

/// Opens the boxes of a ring, whose keys were made ready once. Belongs to one thread.
public final class BoxOpener {
    private let keys: [SealingKey.Opening]
    private let associatedData: [UInt8]

    fileprivate init(_ keys: [SealingKey.Opening], associatedData: [UInt8]) {
        self.keys = keys
        self.associatedData = associatedData
    }

    /// Appends the text of a box. False, and nothing is appended, if no key of the ring made it, or it was changed, or made for
    /// other associated data. Nothing is allocated while `text` has the room.
    public func open(_ box: Span<UInt8>, appendingTo text: inout ByteBuffer) -> Bool {
        let data = self.associatedData
        for key in self.keys {
            let isOpen = key.open(box, associatedData: data.span, appendingTo: &text)
            if isOpen { return true }
        }
        return false
    }
}
