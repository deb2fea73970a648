import Bytes

/// How loud a message is.
public enum LogLevel: Int, Comparable, CaseIterable, Sendable {
    case debug, info, warning, error

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

    var name: StaticString {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }
}

/// A named detail of a message.
public struct LogField: Sendable {
    /// What a field may hold. A `Redacted` fits none of them.
    public enum Value: Sendable {
        case text(String)
        case number(Int)
        case flag(Bool)
    }

    let name: StaticString
    let value: Value

    public init(_ name: StaticString, _ value: Value) {
        self.name = name
        self.value = value
    }
}

/// What the gateway says about itself: one JSON object a line on standard error. Usable from every thread.
///
/// An event that repeats is bounded: the first few of a period are written, the next period says how many were not.
public final class OperationalLog: Sendable {
    /// A failing dependency may be reported by each worker a few times; more of the same tells nothing.
    public static let maximumMessagesPerPeriod = 10
    static let periodNanoseconds: UInt64 = 10_000_000_000
    /// Messages are few and short; a reader that stalls for longer than this loses some.
    static let maximumQueuedBytes = 256 * 1024

    private struct Budget {
        var periodStart: UInt64
        var messages = 0
        var suppressed = 0
    }

    private let writer: LogWriter
    private let level: LogLevel
    private let monitor = Monitor()
    // `nonisolated(unsafe)`: touched inside of `monitor` alone.
    private nonisolated(unsafe) var budgets: [String: Budget] = [:]

    public init(fileDescriptor: Int32 = 2, level: LogLevel = .info) {
        self.writer = LogWriter(fileDescriptor: fileDescriptor, maximumQueuedBytes: Self.maximumQueuedBytes)
        self.level = level
    }

    /// Says `message`. `event` is a fixed word in snake case that names the kind of message.
    public func report(
        _ level: LogLevel,
        _ event: StaticString,
        _ message: String,
        _ fields: [LogField] = []
    ) {
        self.report(level, event, message, fields, at: WallClock.monotonicNanoseconds)
    }

    /// Says each of `messages`, however many: for what an operator has asked for, such as the problems of a policy.
    public func reportEach(_ level: LogLevel, _ event: StaticString, _ messages: [String]) {
        guard level >= self.level, !messages.isEmpty else { return }
        let batch = LogBatch()
        batch.lines = messages.count
        for message in messages { Self.write(level, event, message, [], suppressed: 0, to: &batch.bytes) }
        _ = self.writer.submit(batch)
    }

    /// Messages that were never written, because the reader stalled.
    public var droppedLines: UInt64 { self.writer.droppedLines }

    /// Writes what is queued; later messages are dropped.
    @discardableResult
    public func stop(within limit: Duration) -> Bool { self.writer.stop(within: limit) }

    func report(
        _ level: LogLevel,
        _ event: StaticString,
        _ message: String,
        _ fields: [LogField],
        at now: UInt64
    ) {
        guard level >= self.level, let suppressed = self.admit("\(event)", at: now) else { return }
        let batch = LogBatch(capacity: 256)
        batch.lines = 1
        Self.write(level, event, message, fields, suppressed: suppressed, to: &batch.bytes)
        _ = self.writer.submit(batch)
    }

    /// Nil when the event has used up its period; otherwise how many messages were swallowed before this one.
    private func admit(_ event: String, at now: UInt64) -> Int? {
        self.monitor.locked {
            var budget = self.budgets[event] ?? Budget(periodStart: now)
            defer { self.budgets[event] = budget }
            if now >= budget.periodStart + Self.periodNanoseconds {
                let suppressed = budget.suppressed
                budget = Budget(periodStart: now, messages: 1)
                return suppressed
            }
            guard budget.messages < Self.maximumMessagesPerPeriod else {
                budget.suppressed += 1
                return nil
            }
            budget.messages += 1
            return 0
        }
    }

    private static func write(
        _ level: LogLevel,
        _ event: StaticString,
        _ message: String,
        _ fields: [LogField],
        suppressed: Int,
        to line: inout ByteBuffer
    ) {
        var clock = WallClock()
        line.append("{\"time\":\"")
        clock.appendNow(to: &line)
        line.append("\",\"level\":\"")
        line.append(level.name)
        line.append("\",\"event\":\"")
        line.append(event)
        line.append("\",\"message\":")
        JSONText.append(message, to: &line)
        for field in fields {
            line.append(",\"")
            line.append(field.name)
            line.append("\":")
            Self.write(field.value, to: &line)
        }
        if suppressed > 0 {
            line.append(",\"suppressed\":")
            line.append(decimal: UInt64(suppressed))
        }
        line.append("}\n")
    }

    private static func write(_ value: LogField.Value, to line: inout ByteBuffer) {
        switch value {
        case .text(let text): JSONText.append(text, to: &line)
        case .number(let number): line.append(text: "\(number)")
        case .flag(let flag): line.append(text: "\(flag)")
        }
    }
}
