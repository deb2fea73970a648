internal import Bytes
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
        self.high.wholeBytes + self.low.wholeBytes
    }

    // Half of the bits tell names of the gateway's own apart; of handles, anybody chooses them.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.low)
        hasher.combine(self.high)
    }
}
