/// Random bytes for one thread, taken from OpenSSL's generator many at a time: asking it costs a microsecond, however little
/// is asked. What was handed out is erased here. For names that must not be guessed; keys ask `Randomness` themselves.
public struct RandomSupply: ~Copyable {
    /// Names of 25 bytes for forty tokens.
    static let byteCount = 1000

    private var bytes: [UInt8] = []
    private var used = 0

    public init() {}

    /// `count` fresh bytes; at most `byteCount`.
    public mutating func next(_ count: Int) -> [UInt8] { self.withNext(count) { $0.array } }

    /// Hands `count` fresh bytes to `body`; at most `byteCount`.
    public mutating func withNext<Result>(_ count: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        precondition(count <= Self.byteCount, "a supply of small names")
        if self.bytes.count - self.used < count {
            self.bytes = Randomness.bytes(count: Self.byteCount)
            self.used = 0
        }
        let range = self.used..<self.used + count
        let result = body(self.bytes.span.extracting(range))
        for index in range { self.bytes[index] = 0 }
        self.used += count
        return result
    }
}
