import Bytes

/// A set of field names and prefixes (`X-Auth-*`) that are compared folded.
///
/// Asking costs two loads for nearly all names that are not in it, and never depends on how many are.
public struct FoldedNameSet: Sendable {
    /// For each first byte of a name, the lengths that names and prefixes leave possible; the top bit is for all
    /// longer ones, too.
    @usableFromInline var lengths = [UInt64](repeating: 0, count: 256)

    private var names = FoldedNameTable()
    private var prefixes = FoldedNameTable()

    /// Whether some prefix has as many bytes as the index says.
    private var isPrefixLength: [Bool] = []

    /// Each pattern is a name, or a prefix and a `*`.
    public init(_ patterns: [String]) {
        for (index, pattern) in patterns.enumerated() {
            let isPrefix = pattern.utf8.last == UInt8(ascii: "*")
            let folded = pattern.utf8.dropLast(isPrefix ? 1 : 0).map(\.folded)
            if isPrefix { self.insert(prefix: folded, index) } else { self.insert(name: folded, index) }
        }
    }

    /// Whether a field of that name is in the set.
    @inlinable
    public func contains(_ name: Span<UInt8>) -> Bool {
        self.pattern(of: name) != nil
    }

    /// Which of the patterns such a field's name fits.
    @inlinable
    public func pattern(of name: Span<UInt8>) -> Int? {
        guard name.count > 0 else { return nil }
        let length = Self.lengthBit(name.count)
        guard self.lengths[Int(name[0])] & length != 0 else { return nil }
        return self.find(name)
    }

    @inlinable
    static func lengthBit(_ count: Int) -> UInt64 {
        1 &<< UInt64(truncatingIfNeeded: Swift.min(count, 63))
    }

    /// Goes over the name once; the hash of each prefix comes along the way.
    @usableFromInline
    func find(_ name: Span<UInt8>) -> Int? {
        var hash = FoldedNameTable.emptyHash
        for index in 0..<name.count {
            if index < self.isPrefixLength.count && self.isPrefixLength[index],
                let found = self.prefixes.find(name.extracting(0..<index), hash: hash)
            {
                return found
            }
            hash = FoldedNameTable.hash(hash, name[index])
        }
        if name.count < self.isPrefixLength.count && self.isPrefixLength[name.count],
            let found = self.prefixes.find(name, hash: hash)
        {
            return found
        }
        return self.names.find(name, hash: hash)
    }
}

// MARK: - Making

extension FoldedNameSet {
    private mutating func insert(name: [UInt8], _ index: Int) {
        guard let first = name.first else { return }
        self.names.insert(name, index)
        self.allow(Self.lengthBit(name.count), first)
    }

    private mutating func insert(prefix: [UInt8], _ index: Int) {
        self.prefixes.insert(prefix, index)
        let missing = prefix.count + 1 - self.isPrefixLength.count
        if missing > 0 { self.isPrefixLength += [Bool](repeating: false, count: missing) }
        self.isPrefixLength[prefix.count] = true
        // All lengths from the prefix's own on.
        self.allow(~(Self.lengthBit(prefix.count) - 1), prefix.first)
    }

    /// Allows lengths for names that start with that byte; without one, for all names.
    private mutating func allow(_ lengths: UInt64, _ first: UInt8?) {
        for byte in UInt8.min...UInt8.max where first == nil || byte.folded == first {
            self.lengths[Int(byte)] |= lengths
        }
    }
}
