internal import Cryptography

/// Tells a session from all others, for as long as it lives: 128 random bits. It opens nothing.
public struct SessionName: Hashable, Sendable {
    static let byteCount = 16

    let high: UInt64
    let low: UInt64

    /// A fresh one.
    init() {
        let bytes = Randomness.bytes(count: Self.byteCount)
        self.init(bytes.span)
    }

    /// `bytes` are `byteCount`.
    init(_ bytes: Span<UInt8>) {
        self.high = bytes.extracting(..<8).wholeNumber
        self.low = bytes.extracting(8..<16).wholeNumber
    }

    var bytes: [UInt8] {
        (0..<Self.byteCount).map { index in
            let half = index < 8 ? self.high : self.low
            return UInt8(truncatingIfNeeded: half >> (56 - 8 * UInt64(index % 8)))
        }
    }

    // Half of the bits tell names of the gateway's own apart; of handles, anybody chooses them.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.low)
        hasher.combine(self.high)
    }
}

extension Span<UInt8> {
    /// All bytes as one number, the first the highest. At most eight.
    var wholeNumber: UInt64 {
        var number: UInt64 = 0
        for index in self.indices { number = number << 8 | UInt64(self[index]) }
        return number
    }
}
