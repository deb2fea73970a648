public import Bytes

/// Whole lines on their way to a descriptor.
///
/// `@unchecked Sendable`: a batch belongs to one side at a time, and changes hands under the writer's lock.
public final class LogBatch: @unchecked Sendable {
    @exclusivity(unchecked) public var bytes: ByteBuffer
    /// How many lines `bytes` holds: what is counted when the batch is dropped.
    @exclusivity(unchecked) public var lines = 0
    /// Whether they are audit lines, which have room of their own. Said when the batch is handed over.
    var isAudit = false
    var next: LogBatch?

    public init(capacity: Int = 0) {
        self.bytes = ByteBuffer(capacity: capacity)
    }

    /// Forgets the lines; memory above `keeping` bytes goes back.
    func clear(keeping: Int) {
        self.bytes.reset(keeping: keeping)
        self.lines = 0
    }
}

/// A queue of batches, linked through themselves.
struct BatchList: ~Copyable {
    private var first: LogBatch?
    private var last: LogBatch?
    private(set) var count = 0

    mutating func append(_ batch: LogBatch) {
        batch.next = nil
        if let last = self.last { last.next = batch } else { self.first = batch }
        self.last = batch
        self.count += 1
    }

    mutating func removeFirst() -> LogBatch? {
        guard let batch = self.first else { return nil }
        self.first = batch.next
        if self.first == nil { self.last = nil }
        batch.next = nil
        self.count -= 1
        return batch
    }
}
