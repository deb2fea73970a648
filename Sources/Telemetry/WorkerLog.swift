public import Bytes

/// A worker's lines until there are enough of them to be worth a hand-over. Must be used on the worker's loop.
public final class WorkerLog {
    /// About three hundred access lines: waking the writer, its system call and the lock are shared by as many requests.
    @inlinable public static var handOverBytes: Int { 96 * 1024 }

    private let writer: LogWriter
    @exclusivity(unchecked) @usableFromInline var batch: LogBatch
    /// Apart from all others, which may be dropped before them.
    @exclusivity(unchecked) private var audit = LogBatch()
    @exclusivity(unchecked) private var auditClock = WallClock()

    public init(writer: LogWriter) {
        self.writer = writer
        self.batch = LogBatch(capacity: Self.handOverBytes + 4096)
    }

    /// Appends a finished line; the line feed is added.
    @inlinable
    public func append(_ line: Span<UInt8>) {
        let batch = self.batch
        batch.bytes.append(line)
        self.endLine(batch)
    }

    /// Lets `body` write one line in place, without its line feed.
    @inlinable
    public func appendLine(_ body: (inout ByteBuffer) -> Void) {
        let batch = self.batch
        body(&batch.bytes)
        self.endLine(batch)
    }

    /// The same for an audit line, whose date is written again only when the second changes.
    public func appendAuditLine(_ body: (inout ByteBuffer, inout WallClock) -> Void) {
        let batch = self.audit
        body(&batch.bytes, &self.auditClock)
        self.endLine(batch)
    }

    @inlinable
    func endLine(_ batch: LogBatch) {
        batch.bytes.append(0x0a)
        batch.lines += 1
        if batch.bytes.count >= Self.handOverBytes { self.handOver() }
    }

    /// Hands the lines over, whatever their size. The worker's tick calls it at least every 500 ms.
    public func handOver() {
        if self.audit.lines > 0 { self.audit = self.writer.submit(self.audit, isAudit: true) }
        if self.batch.lines > 0 { self.batch = self.writer.submit(self.batch) }
    }

    deinit { self.handOver() }
}
