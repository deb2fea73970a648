/// How long things took: plain integers of one worker, bounds from 1 ms to 10 s by 1-2.5-5.
public struct Histogram: Sendable {
    /// Upper bounds in nanoseconds; what lies above the last is counted behind it.
    @inlinable
    static var bounds: InlineArray<13, UInt64> {
        [
            1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000,
            500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
        ]
    }

    /// The same bounds as `le` says them.
    static let labels: [StaticString] = [
        "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10",
    ]

    @usableFromInline var counts = InlineArray<14, UInt64>(repeating: 0)
    @usableFromInline var sum: UInt64 = 0

    public init() {}

    @inlinable
    public mutating func observe(nanoseconds: UInt64) {
        self.sum &+= nanoseconds
        // Most answers take less than a millisecond, and need one comparison.
        guard nanoseconds > 1_000_000 else {
            self.counts[0] &+= 1
            return
        }
        let bounds = Self.bounds
        var bucket = 1
        while bucket < 13 && nanoseconds > bounds[bucket] { bucket += 1 }
        self.counts[bucket] &+= 1
    }

    /// Adds what another worker observed.
    public mutating func merge(_ other: Histogram) {
        for bucket in 0..<14 { self.counts[bucket] &+= other.counts[bucket] }
        self.sum &+= other.sum
    }

    public var count: UInt64 {
        var total: UInt64 = 0
        for bucket in 0..<14 { total &+= self.counts[bucket] }
        return total
    }
}
