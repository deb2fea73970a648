import Bytes
import Testing

@testable import Gateway

@Suite("The identifier of a request")
struct RequestIDTests {
    /// What is kept of it; nil if it is no identifier.
    private func kept(_ sent: String) -> String? {
        var id = RequestID()
        guard id.keep(sent.utf8Span.span) else { return nil }
        return id.withSpan { $0.string }
    }

    @Test(
        "is kept if it is 1 to 128 of its alphabet",
        arguments: ["a", "A-z_0.9", "----", String(repeating: "x", count: 128)]
    )
    func good(_ sent: String) {
        #expect(self.kept(sent) == sent)
    }

    @Test(
        "is not kept otherwise",
        arguments: [
            "", "a b", "a\"b", "a<b", "a\r\nX: 1", "é", "a,b", "a/b", "a\u{0}", String(repeating: "x", count: 129),
        ]
    )
    func bad(_ sent: String) {
        #expect(self.kept(sent) == nil)
    }

    @Test("that is made is 32 hexadecimal digits, another one each time, and fit to name a trace")
    func made() {
        var random = FastRandom(seed: 7)
        var id = RequestID()
        var made: Set<String> = []
        for _ in 0..<100 {
            id.make(&random)
            let text = id.withSpan { $0.string }
            #expect(text.count == 32 && text.allSatisfy { "0123456789abcdef".contains($0) })
            let namesTrace = TraceParent.isValid("00-\(text)-00000000000000ff-01".utf8Span.span)
            #expect(namesTrace)
            made.insert(text)
        }
        let isOwn = id.isOwn
        #expect(isOwn)
        #expect(made.count == 100)
    }

    @Test("that is kept is not the gateway's own, whatever was there before")
    func own() {
        var random = FastRandom(seed: 7)
        var id = RequestID()
        id.make(&random)
        _ = id.keep("theirs".utf8Span.span)
        let (isOwn, text) = (id.isOwn, id.withSpan { $0.string })
        #expect(!isOwn)
        #expect(text == "theirs")
    }
}
