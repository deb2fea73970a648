import Bytes
import Glibc
import Testing

@testable import Telemetry

@Suite("Operational log")
struct OperationalLogTests {
    /// The lines that `report` leaves on a descriptor.
    private func lines(_ report: (OperationalLog) -> Void) -> [String] {
        let pipe = Pipe()
        let log = OperationalLog(fileDescriptor: pipe.writer)
        report(log)
        #expect(log.stop(within: .seconds(10)))
        _ = fcntl(pipe.reader, F_SETFL, O_NONBLOCK)
        return pipe.read(upTo: .max).span.string.split(separator: "\n").map(String.init)
    }

    @Test("writes one JSON object a line")
    func message() throws {
        let fields: [LogField] = [
            LogField("issuer", .text("corp\"")), LogField("attempt", .number(-2)), LogField("stale", .flag(true)),
        ]
        let lines = self.lines { $0.report(.warning, "keys_unavailable", "No keys:\nDNS failed.", fields) }
        let expected =
            #"","level":"warning","event":"keys_unavailable","message":"No keys:\nDNS failed.","issuer":"corp\"","attempt":-2,"stale":true}"#
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix(#"{"time":"20"#) == true)
        #expect(lines.first?.hasSuffix(expected) == true)
    }

    @Test("bounds an event that repeats, and says how often it was silent")
    func bounded() {
        let lines = self.lines { log in
            for _ in 0..<100 { log.report(.error, "upstream_failed", "down", [], at: 1) }
            log.report(.error, "other", "heard", [], at: 1)
            log.report(.error, "upstream_failed", "down", [], at: 1 + OperationalLog.periodNanoseconds)
        }
        #expect(lines.count == OperationalLog.maximumMessagesPerPeriod + 2)
        #expect(lines.last?.hasSuffix(#""suppressed":90}"#) == true)
    }

    @Test("is silent below its level")
    func level() {
        #expect(self.lines { $0.report(.debug, "detail", "nothing") }.isEmpty)
    }

    @Test("a secret shows itself to nobody")
    func redacted() {
        struct Settings { var secret = Redacted("hunter2") }
        var dumped = ""
        dump(Settings(), to: &dumped)
        let shown = "\(Settings()) \(Redacted("hunter2")) \(String(reflecting: Redacted("hunter2"))) \(dumped)"
        #expect(!shown.contains("hunter2"))
        #expect(Redacted("hunter2").secret == "hunter2")
    }
}
