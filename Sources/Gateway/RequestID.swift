import Bytes

/// What names one request in the logs of all who saw it: kept from a trusted peer, or 32 random hexadecimal digits.
struct RequestID: ~Copyable {
    static let maximumBytes = 128

    private var bytes = ByteBuffer(capacity: 32)
    /// Whether it was made here: 32 hexadecimal digits, not all of them zero.
    private(set) var isOwn = false

    /// False when `sent` is no identifier: 1 to 128 of `[A-Za-z0-9._-]`.
    mutating func keep(_ sent: Span<UInt8>) -> Bool {
        guard (1...Self.maximumBytes).contains(sent.count) else { return false }
        for index in 0..<sent.count {
            let byte = sent[index]
            let isAllowed =
                byte.isLetterOrDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
            guard isAllowed else { return false }
        }
        self.isOwn = false
        self.bytes.removeAll()
        self.bytes.append(sent)
        return true
    }

    mutating func removeAll() {
        self.bytes.removeAll()
        self.isOwn = false
    }

    mutating func make(_ random: inout FastRandom) {
        self.bytes.removeAll()
        self.bytes.append(hexadecimal: random.next() | 1, digits: 16)
        self.bytes.append(hexadecimal: random.next(), digits: 16)
        self.isOwn = true
    }

    /// For what goes to another thread.
    var text: String { self.bytes.span.string }

    func withSpan<Result: ~Copyable>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(self.bytes.span)
    }
}
