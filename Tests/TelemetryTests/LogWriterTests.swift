import Bytes
import Glibc
import Telemetry
import Testing

@Suite("Log writer")
struct LogWriterTests {
    private func batch(_ lines: String...) -> LogBatch {
        let batch = LogBatch()
        for line in lines { batch.bytes.append(text: line + "\n") }
        batch.lines = lines.count
        return batch
    }

    @Test("writes batches in order, and all of them before it stops")
    func order() {
        let pipe = Pipe()
        let writer = LogWriter(fileDescriptor: pipe.writer)
        for number in 0..<500 { _ = writer.submit(self.batch("line \(number)")) }
        #expect(writer.stop(within: .seconds(10)))
        let expected = (0..<500).map { "line \($0)\n" }.joined()
        #expect(pipe.read(upTo: expected.utf8.count).span.string == expected)
        #expect(writer.droppedLines == 0)
    }

    @Test("a reader that stalls costs lines, never time")
    func stalledReader() {
        let pipe = Pipe()
        let writer = LogWriter(fileDescriptor: pipe.writer, maximumQueuedBytes: 256 * 1024)
        let log = WorkerLog(writer: writer)
        let line = [UInt8](repeating: 0x78, count: 999)
        let before = WallClock.monotonicNanoseconds
        for _ in 0..<2000 { log.append(line.span) }
        log.handOver()
        #expect(!writer.stop(within: .milliseconds(20)))
        #expect(WallClock.monotonicNanoseconds - before < 5_000_000_000)

        // The thread holds one batch, the pipe some lines; both are written once the reader is back.
        #expect(writer.droppedLines > 1000 && writer.droppedLines < 2000)
        let arrived = (2000 - Int(writer.droppedLines)) * 1000
        #expect(pipe.read(upTo: arrived).count == arrived)
        #expect(writer.stop(within: .seconds(10)))
    }

    @Test("a reader that stalls costs access lines before audit lines, which have a count of their own")
    func auditReserve() {
        let pipe = Pipe()
        let filling = pipe.fill()
        let writer = LogWriter(fileDescriptor: pipe.writer, maximumQueuedBytes: 128 * 1000)
        let line = String(repeating: "x", count: 999)
        for _ in 1...129 { _ = writer.submit(self.batch(line)) }
        #expect(writer.droppedLines == 1)
        let room = LogWriter.auditReserveBytes / 1000
        for _ in 1...room { _ = writer.submit(self.batch(line), isAudit: true) }
        #expect(writer.droppedLines == 1 && writer.droppedAuditLines == 0)
        _ = writer.submit(self.batch(line), isAudit: true)
        #expect(writer.droppedLines == 2 && writer.droppedAuditLines == 1)
        // The thread may hold an access line. What else waits is lost, and counted by its kind.
        #expect(!writer.stop(within: .zero))
        #expect(writer.droppedAuditLines == UInt64(room + 1))
        _ = pipe.read(upTo: filling)
        #expect(writer.stop(within: .seconds(10)))
    }

    @Test("a worker's audit lines are dropped after its access lines")
    func workerAudit() {
        let pipe = Pipe()
        _ = pipe.fill()
        let writer = LogWriter(fileDescriptor: pipe.writer, maximumQueuedBytes: 2 * WorkerLog.handOverBytes)
        let log = WorkerLog(writer: writer)
        let line = [UInt8](repeating: 0x78, count: 999)
        while writer.droppedLines == 0 { log.append(line.span) }
        for _ in 1...100 { log.appendAuditLine { text, _ in text.append(line.span) } }
        log.handOver()
        #expect(writer.droppedAuditLines == 0)
        #expect(!writer.stop(within: .zero))
        #expect(writer.droppedAuditLines == 100)
        // The thread may be in the middle of a batch, which is longer than what fits into the pipe.
        while !writer.stop(within: .milliseconds(10)) { pipe.drain() }
    }

    @Test("counts each line as written or dropped, once the reader is back")
    func everyLineIsCounted() {
        let pipe = Pipe()
        let writer = LogWriter(fileDescriptor: pipe.writer, maximumQueuedBytes: 128 * 1024)
        var dropped: UInt64 = 0
        for number in 0..<1000 {
            _ = writer.submit(self.batch(String(repeating: "y", count: 995) + String(1000 + number)))
            dropped = writer.droppedLines
        }
        #expect(dropped > 0)
        let bytes = pipe.read(upTo: (1000 - Int(dropped)) * 1000)
        #expect(bytes.filter { $0 == 0x0a }.count == 1000 - Int(dropped))
        #expect(writer.stop(within: .seconds(10)))
        #expect(writer.droppedLines == dropped)
    }

    @Test("a reader that is gone raises no signal; its lines are counted")
    func brokenPipe() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        let writer = LogWriter(fileDescriptor: ends[1])
        _ = writer.submit(self.batch("one", "two", "three"))
        #expect(writer.stop(within: .seconds(10)))
        #expect(writer.droppedLines == 3)
        close(ends[1])
    }

    @Test("waits by itself on a descriptor that somebody made non-blocking")
    func nonBlocking() {
        let pipe = Pipe()
        _ = fcntl(pipe.writer, F_SETFL, O_NONBLOCK)
        let writer = LogWriter(fileDescriptor: pipe.writer)
        let line = String(repeating: "z", count: 299_999)
        _ = writer.submit(self.batch(line))
        #expect(pipe.read(upTo: 300_000).count == 300_000)
        #expect(writer.stop(within: .seconds(10)))
        #expect(writer.droppedLines == 0)
    }

    @Test("returns written batches for the next hand-over")
    func recycling() {
        let pipe = Pipe()
        let writer = LogWriter(fileDescriptor: pipe.writer)
        let first = self.batch("first")
        _ = writer.submit(first)
        var returned = false
        for _ in 0..<1000 where !returned {
            _ = pipe.read(upTo: 6)
            let given = writer.submit(self.batch("other"))
            returned = given === first
            #expect(given.bytes.isEmpty && given.lines == 0)
        }
        #expect(returned)
        #expect(writer.stop(within: .seconds(10)))
    }

    @Test("drops and counts what comes after the stop")
    func afterStop() {
        let writer = LogWriter(fileDescriptor: -1)
        #expect(writer.stop(within: .zero))
        _ = writer.submit(self.batch("late"))
        #expect(writer.droppedLines == 1)
    }

    @Test("hands lines over when 32 KiB are full, or when asked")
    func handOver() {
        let pipe = Pipe()
        let writer = LogWriter(fileDescriptor: pipe.writer)
        let log = WorkerLog(writer: writer)
        for _ in 0..<(WorkerLog.handOverBytes / 1024) {
            log.appendLine { $0.append([UInt8](repeating: 0x61, count: 1023)) }
        }
        #expect(pipe.read(upTo: WorkerLog.handOverBytes).count == WorkerLog.handOverBytes)
        log.append("last".utf8.span)
        log.handOver()
        #expect(pipe.read(upTo: 5).span.string == "last\n")
        #expect(writer.stop(within: .seconds(10)))
    }
}
