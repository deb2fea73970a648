import Bytes
import Testing

@testable import Gateway

@Suite("Lines that are copied at once")
struct LineRunTests {
    /// The runs that are copied for these lines, as text `from..<to`.
    private func runs(_ lines: [Range<Int>]) -> [String] {
        var run = LineRun()
        var copied: [ByteRange] = []
        for line in lines where !run.extend(ByteRange(line)) {
            copied.append(run.range)
            run.restart(ByteRange(line))
        }
        copied.append(run.range)
        return copied.map { "\($0.start)..<\($0.end)" }
    }

    @Test(
        "neighbours are one run, and a gap begins another",
        arguments: [
            ([10..<20], ["10..<20"]), ([10..<20, 20..<35], ["10..<35"]), ([10..<20, 21..<35], ["10..<20", "21..<35"]),
            ([0..<5, 5..<9, 12..<20, 20..<30], ["0..<9", "12..<30"]), ([], ["0..<0"]),
        ] as [([Range<Int>], [String])]
    )
    func neighbours(_ lines: [Range<Int>], _ runs: [String]) {
        #expect(self.runs(lines) == runs)
    }
}
