/// Puts a reply together of the values that hiredis reads, in the order of the wire, within the bounds of one reply.
struct ReplyBuilder {
    /// Bytes of all texts in one reply: far above a session or a page of keys, and no danger to the process.
    static let maximumBytes = 4 * 1024 * 1024
    /// Values in one reply, arrays counted: the slots of a cluster of 256 nodes are a few thousand.
    static let maximumValues = 64 * 1024

    private struct OpenArray {
        let count: Int
        var elements: [RedisReply] = []
    }

    private var open: [OpenArray] = []
    private var bytes = 0
    private var values = 0
    private var finished: RedisReply?

    /// A value that holds no others. False: the reply is too large.
    mutating func add(_ value: RedisReply, byteCount: Int = 0) -> Bool {
        self.values += 1
        self.bytes += byteCount
        guard self.values <= Self.maximumValues && self.bytes <= Self.maximumBytes else { return false }
        self.place(value)
        return true
    }

    /// The beginning of an array of `count` values, which come next. False: the reply is too large.
    mutating func beginArray(of count: Int) -> Bool {
        // The values are counted when they come; one that cannot come in full is refused at once.
        guard count >= 0 && count <= Self.maximumValues - self.values else { return false }
        guard count > 0 else { return self.add(.array([])) }
        self.values += 1
        self.open.append(OpenArray(count: count))
        return true
    }

    /// The whole reply, once; then the next one begins. Nil while it is incomplete.
    mutating func take() -> RedisReply? {
        guard let reply = self.finished else { return nil }
        self = ReplyBuilder()
        return reply
    }

    // What is complete becomes a value of the array around it, which may complete that one too.
    private mutating func place(_ value: RedisReply) {
        var value = value
        while let last = self.open.indices.last {
            self.open[last].elements.append(value)
            guard self.open[last].elements.count == self.open[last].count else { return }
            value = .array(self.open.removeLast().elements)
        }
        self.finished = value
    }
}
