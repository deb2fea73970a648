/// The bytes of one run, and decisions taken from them.
public struct Input {
    public let bytes: [UInt8]

    /// `start` is nil only when there is nothing.
    public init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        // A copy: reading behind it is found, and a parser cannot change the fuzzer's own bytes.
        self.bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    }

    /// Places to cut the bytes at, in rising order, ending with their count. They follow from the bytes alone.
    public func cuts(atMost count: Int) -> [Int] {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in self.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var places: [Int] = []
        for _ in 0..<count where !self.bytes.isEmpty {
            hash = hash &* 0x5851_F42D_4C95_7F2D &+ 1
            places.append(Int((hash >> 33) % UInt64(self.bytes.count)))
        }
        return places.sorted() + [self.bytes.count]
    }

    /// The bytes before and behind the first line feed; nil without one.
    public var halves: (first: [UInt8], second: [UInt8])? {
        guard let place = self.bytes.firstIndex(of: 0x0A) else { return nil }
        return (Array(self.bytes[..<place]), Array(self.bytes[(place + 1)...]))
    }
}
