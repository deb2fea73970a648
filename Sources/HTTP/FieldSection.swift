public import Bytes

/// The field lines of a head or of a trailer section (RFC 9110 5), in the order in which they came.
///
/// It is filled again for each message and keeps its memory.
public struct FieldSection: Sendable {
    /// The lines are in the first `count` of them; the others are left from messages before.
    @usableFromInline var slots: [Field] = []
    public internal(set) var count = 0

    /// One bit for each `FieldID` that is there, and for each that is there more than once.
    @usableFromInline var present: UInt64 = 0
    @usableFromInline var repeated: UInt64 = 0

    @inlinable
    public init() {}

    public mutating func removeAll() {
        self.count = 0
        self.present = 0
        self.repeated = 0
    }

    @inlinable
    public func contains(_ id: FieldID) -> Bool {
        self.present & id.bit != 0
    }

    /// How often the field came, without looking when it did not.
    @inlinable
    public func count(of id: FieldID) -> Int {
        guard self.repeated & id.bit != 0 else { return self.present & id.bit == 0 ? 0 : 1 }
        var count = 0
        for index in 0..<self.count where self.slots[index].id == id { count += 1 }
        return count
    }

    @inlinable
    public func firstIndex(of id: FieldID) -> Int? {
        self.present & id.bit == 0 ? nil : self.index(of: id, from: 0)
    }

    /// The next line of the same name as that at `index`.
    @inlinable
    public func index(of id: FieldID, after index: Int) -> Int? {
        self.repeated & id.bit == 0 ? nil : self.index(of: id, from: index + 1)
    }

    @usableFromInline
    func index(of id: FieldID, from start: Int) -> Int? {
        for index in start..<self.count where self.slots[index].id == id { return index }
        return nil
    }

    /// The value of the first line of that name.
    @inlinable
    public func value(of id: FieldID) -> ByteRange? {
        guard let index = self.firstIndex(of: id) else { return nil }
        return self.slots[index].value
    }
}

// MARK: - RandomAccessCollection

extension FieldSection: RandomAccessCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { self.count }

    @inlinable
    public subscript(index: Int) -> Field {
        precondition(index < self.count, "no such field line")
        return self.slots[index]
    }
}

extension FieldID {
    /// Its place in a set of names.
    @inlinable var bit: UInt64 { 1 &<< UInt64(self.rawValue) }
}
