import Bytes
import Glibc
import Synchronization

/// One thread that writes batches of lines to a descriptor. A reader that stalls blocks this thread and nobody else:
/// the queue is bounded, and a batch that finds it full is dropped and its lines are counted. Audit lines have some room
/// that others do not get, and a count of their own.
///
/// `@unchecked Sendable`: all that changes is touched only with `monitor` locked, or is atomic.
public final class LogWriter: @unchecked Sendable {
    /// About 12 000 lines: a reader may pause for a moment at full load.
    public static let defaultMaximumQueuedBytes = 4 * 1024 * 1024
    /// About 4000 audit lines, beyond what all others may fill: the sign-ins of a minute, however many requests there are.
    public static let auditReserveBytes = 1024 * 1024
    /// A batch that grew beyond this for one long line gives its memory back.
    static let keptBatchBytes = 128 * 1024
    /// Empty batches kept for the next hand-over.
    static let maximumSpareBatches = 8

    private let fileDescriptor: Int32
    private let maximumQueuedBytes: Int
    private let monitor = Monitor()
    private let dropped = Atomic<UInt64>(0)
    private let droppedAudit = Atomic<UInt64>(0)

    private var queue = BatchList()
    private var spares = BatchList()
    private var queuedBytes = 0
    private var isStarted = false
    private var isIdle = false
    private var isStopping = false
    private var isFinished = false

    /// The thread begins with the first batch.
    public init(fileDescriptor: Int32, maximumQueuedBytes: Int = LogWriter.defaultMaximumQueuedBytes) {
        self.fileDescriptor = fileDescriptor
        self.maximumQueuedBytes = maximumQueuedBytes
    }

    /// Lines that were never written, because the reader stalled or is gone.
    public var droppedLines: UInt64 { self.dropped.load(ordering: .relaxed) }

    /// The audit lines among them.
    public var droppedAuditLines: UInt64 { self.droppedAudit.load(ordering: .relaxed) }

    /// Takes `batch` over and returns an empty one. Never waits for the reader.
    ///
    /// - Parameter isAudit: Whether all its lines are audit lines.
    public func submit(_ batch: LogBatch, isAudit: Bool = false) -> LogBatch {
        batch.isAudit = isAudit
        let limit = self.maximumQueuedBytes + (isAudit ? Self.auditReserveBytes : 0)
        let spare: LogBatch? = self.monitor.locked {
            guard !self.isStopping, self.queuedBytes + batch.bytes.count <= limit, self.startIfNeeded() else {
                self.drop(batch.lines, of: batch)
                batch.clear(keeping: Self.keptBatchBytes)
                return batch
            }
            self.queuedBytes += batch.bytes.count
            self.queue.append(batch)
            if self.isIdle { self.monitor.wake() }
            return self.spares.removeFirst()
        }
        return spare ?? LogBatch()
    }

    /// Writes what is queued and ends the thread. False when the reader did not take all of it within `limit`;
    /// the rest is then counted as dropped. Batches that come later are dropped.
    @discardableResult
    public func stop(within limit: Duration) -> Bool {
        let deadline = WallClock.monotonicNanoseconds + UInt64(max(0, limit / .nanoseconds(1)))
        return self.monitor.locked {
            self.isStopping = true
            self.monitor.wake()
            while self.isStarted && !self.isFinished {
                if !self.monitor.wait(until: deadline) { break }
            }
            guard self.isStarted && !self.isFinished else { return true }
            while let batch = self.queue.removeFirst() { self.drop(batch.lines, of: batch) }
            self.queuedBytes = 0
            return false
        }
    }

    private func drop(_ lines: Int, of batch: LogBatch) {
        self.dropped.add(UInt64(lines), ordering: .relaxed)
        if batch.isAudit { self.droppedAudit.add(UInt64(lines), ordering: .relaxed) }
    }
}

// MARK: - The thread

extension LogWriter {
    /// A reader that is gone is an error of `write` there, and no SIGPIPE: the thread takes no signals.
    /// False if the system gives no thread.
    private func startIfNeeded() -> Bool {
        if !self.isStarted { self.isStarted = BackgroundThread.startIfPossible { self.run() } }
        return self.isStarted
    }

    private func run() {
        var output = DescriptorOutput(fileDescriptor: self.fileDescriptor)
        while let batch = self.nextBatch() {
            let lost = output.write(batch.bytes.span)
            if lost > 0 { self.drop(lost, of: batch) }
            self.recycle(batch)
        }
        self.monitor.locked {
            self.isFinished = true
            self.monitor.wake()
        }
    }

    /// Nil when everything is written and the writer is to stop.
    private func nextBatch() -> LogBatch? {
        self.monitor.locked {
            while true {
                if let batch = self.queue.removeFirst() { return batch }
                if self.isStopping { return nil }
                self.isIdle = true
                self.monitor.wait()
                self.isIdle = false
            }
        }
    }

    /// A batch counts against the bound until it is written, so that a stalled write holds no more than the bound.
    private func recycle(_ batch: LogBatch) {
        let size = batch.bytes.count
        batch.clear(keeping: Self.keptBatchBytes)
        self.monitor.locked {
            self.queuedBytes = max(0, self.queuedBytes - size)
            if self.spares.count < Self.maximumSpareBatches { self.spares.append(batch) }
        }
    }
}
