import Bytes
import Testing

@testable import Gateway

@Suite("A client's traceparent")
struct TraceParentTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let parent = "00f067aa0ba902b7"

    @Test(
        "continues a trace, also one of a later version with more in it (W3C Trace Context 3.2.4)",
        arguments: ["00-\(trace)-\(parent)-01", "00-\(trace)-\(parent)-00", "01-\(trace)-\(parent)-01-more"]
    )
    func good(_ value: String) {
        let isValid = TraceParent.isValid(value.utf8Span.span)
        #expect(isValid)
    }

    @Test(
        "is as good as none when it is malformed",
        arguments: [
            "", "00-\(trace)-\(parent)", "00-\(trace)-\(parent)-0", "00-\(trace)-\(parent)-01-more",
            "ff-\(trace)-\(parent)-01", "00-\(trace.uppercased())-\(parent)-01", "01-\(trace)-\(parent)-01more",
            "00-\(String(repeating: "0", count: 32))-\(parent)-01", "00-\(trace)-0000000000000000-01",
            "00_\(trace)-\(parent)-01", "00-\(trace)-\(parent)-0g", "0x-\(trace)-\(parent)-01",
        ]
    )
    func bad(_ value: String) {
        let isValid = TraceParent.isValid(value.utf8Span.span)
        #expect(!isValid)
    }
}
