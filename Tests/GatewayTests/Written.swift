import Bytes
import HTTP
import Testing

/// What `write` appends, as text.
func written(_ write: (inout ByteBuffer) -> Void) -> String {
    var buffer = ByteBuffer()
    write(&buffer)
    return buffer.span.string
}

/// A request for `/` with these field lines beside its Host, and the bytes that its ranges are in.
func request(_ lines: [String]) throws -> (head: RequestHead, bytes: [UInt8]) {
    let text = "GET / HTTP/1.1\r\nHost: api.test:81\r\n\(lines.map { "\($0)\r\n" }.joined())\r\n"
    var head = RequestHead()
    let outcome = head.parse(text.utf8Span.span, limits: HeadLimits())
    try #require(outcome == .complete)
    return (head, Array(text.utf8))
}
