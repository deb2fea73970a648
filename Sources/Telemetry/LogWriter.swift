import Bytes
import Glibc
import Synchronization

/// One thread that writes batches of lines to a descriptor. A reader that stalls blocks this thread and nobody else:
/// the queue is bounded, and a batch that finds it full is dropped and its lines are counted.
///
/// `@unchecked Sendable`: all that changes is touched only with `monitor` locked, or is atomic.
public final class LogWriter: @unchecked Sendable {
    /// About 12 000 lines: a reader may pause for a moment at full load.
    public static let defaultMaximumQueuedBytes = 4 * 1024 * 1024
    /// A batch that grew beyond this for one long line gives its memory back.
    static let keptBatchBytes = 64 * 1024
    /// Empty batches kept for the next hand-over.
    static let maximumSpareBatches = 8

    private let fileDescriptor: Int32
    private let maximumQueuedBytes: Int
    private let monitor = Monitor()
    private let dropped = Atomic<UInt64>(0)

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

    /// Takes `batch` over and returns an empty one. Never waits for the reader.
    public func submit(_ batch: LogBatch) -> LogBatch {
        let spare: LogBatch? = self.monitor.locked {
            guard !self.isStopping && self.queuedBytes + batch.bytes.count <= self.maximumQueuedBytes else {
                self.dropped.add(UInt64(batch.lines), ordering: .relaxed)
                batch.clear(keeping: Self.keptBatchBytes)
                return batch
            }
            self.queuedBytes += batch.bytes.count
            self.queue.append(batch)
            self.startIfNeeded()
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
            while let batch = self.queue.removeFirst() { self.dropped.add(UInt64(batch.lines), ordering: .relaxed) }
            self.queuedBytes = 0
            return false
        }
    }
}

// MARK: - The thread

extension LogWriter {
    /// A reader that is gone is an error of `write` there, and no SIGPIPE: the thread takes no signals.
    private func startIfNeeded() {
        guard !self.isStarted else { return }
        self.isStarted = true
        BackgroundThread.start { self.run() }
    }

    private func run() {
        var output = DescriptorOutput(fileDescriptor: self.fileDescriptor)
        while let batch = self.nextBatch() {
            let lost = output.write(batch.bytes.span)
            if lost > 0 { self.dropped.add(UInt64(lost), ordering: .relaxed) }
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
