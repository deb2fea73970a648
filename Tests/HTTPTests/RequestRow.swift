import Bytes
import HTTP
import Testing

/// Bytes and what they must be read as.
struct RequestRow: CustomTestStringConvertible, Sendable {
    let input: String
    let expected: HeadParseResult
    var limits = HeadLimits()

    var testDescription: String { "\(self.input.debugDescription): \(self.expected)" }

    static func fails(_ reason: HTTPParseError, _ inputs: String...) -> [RequestRow] {
        inputs.map { RequestRow(input: $0, expected: .failed(reason)) }
    }

    /// The same with a request line and a Host before it, and the empty line behind.
    static func fails(_ reason: HTTPParseError, fields: String...) -> [RequestRow] {
        fields.map { RequestRow(input: "POST / HTTP/1.1\r\nHost: a\r\n\($0)\r\n\r\n", expected: .failed(reason)) }
    }

    static func passes(_ inputs: String...) -> [RequestRow] {
        inputs.map { RequestRow(input: $0, expected: .complete) }
    }

    static func passes(fields: String...) -> [RequestRow] {
        fields.map { RequestRow(input: "POST / HTTP/1.1\r\nHost: a\r\n\($0)\r\n\r\n", expected: .complete) }
    }
}

/// Reads `input` as it would come over a connection, cut at every position, and requires one verdict: incomplete up to
/// some byte, and from there on always the same. Returns it.
func readAtEveryCut(_ input: [UInt8], _ limits: HeadLimits = HeadLimits()) -> (HeadParseResult, RequestHead) {
    var head = RequestHead()
    var verdict = HeadParseResult.incomplete
    var first = ""
    for count in 0...input.count {
        let result = head.parse(input.span.extracting(0..<count), limits: limits)
        if verdict == .incomplete {
            verdict = result
            first = head.summary(input)
        } else {
            #expect(result == verdict, "the verdict changed at byte \(count)")
        }
        if result == .complete { #expect(head.summary(input) == first) }
    }
    // A head that was used before must read the same as a new one.
    var fresh = RequestHead()
    #expect(fresh.parse(input.span, limits: limits) == verdict)
    if verdict == .complete { #expect(fresh.summary(input) == first) }
    return (verdict, fresh)
}

extension RequestHead {
    /// Everything that was read, in words.
    func summary(_ input: [UInt8]) -> String {
        func at(_ range: ByteRange) -> String { text(input[range.indices]) }
        let lines = self.fields.map { "\($0.id) [\(at($0.name))] [\(at($0.value))] [\(at($0.line))]" }
        return """
            \(self.method) [\(at(self.methodRange))] [\(at(self.target))] \
            \(self.form) [\(at(self.path))] [\(at(self.query))] [\(at(self.scheme))] [\(at(self.authority))] \(self.version) [\(at(self.host))] \(self.framing) \
            \(self.keepAlive) \(self.expectsContinue) \(self.connectionNamesFields) [\(at(self.upgrade))] \
            \(self.headByteCount) \(lines)
            """
    }
}
