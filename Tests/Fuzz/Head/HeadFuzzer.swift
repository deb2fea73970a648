internal import Bytes
internal import FuzzSupport
internal import HTTP

/// Heads of requests and of answers: the same verdict wherever the bytes are cut, and no ambiguity in what is accepted.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    let limits = HeadLimits(headerBytes: 1024, headerCount: 20, targetBytes: 256)
    checkRequest(input, limits)
    checkAnswer(input, limits)
    return 0
}

private func checkRequest(_ input: Input, _ limits: HeadLimits) {
    var head = RequestHead()
    let whole = head.parse(input.bytes.span, limits: limits)

    var pieces = RequestHead()
    for cut in input.cuts(atMost: 8) {
        let result = pieces.parse(input.bytes.span.extracting(0..<cut), limits: limits)
        require(result == .incomplete || result == whole, "a verdict depends on where the bytes were cut")
        if result != .incomplete { break }
    }

    guard whole == .complete else { return }
    require(pieces.headByteCount == head.headByteCount, "the content starts elsewhere when the head came in pieces")
    require(pieces.framing == head.framing, "the framing differs when the head came in pieces")
    for part in [head.methodRange, head.target, head.path, head.query, head.host, head.upgrade] {
        require(part.end <= head.headByteCount, "a part of the request lies outside of its head")
    }
    checkLines(input.bytes, head.fields, head.headByteCount)
    checkFraming(input.bytes, head)
    planted(head.asksUpgrade)
}

private func checkAnswer(_ input: Input, _ limits: HeadLimits) {
    var head = ResponseHead()
    guard head.parse(input.bytes.span, answering: .get, limits: limits) == .complete else { return }
    require((100...999).contains(head.status), "a status has three digits")
    require(head.reason.end <= head.headByteCount, "the reason lies outside of the head")
    checkLines(input.bytes, head.fields, head.headByteCount)
}

/// Field by field, what RFC 9112 5 allows and nothing else.
private func checkLines(_ bytes: [UInt8], _ fields: FieldSection, _ end: Int) {
    require(end <= bytes.count, "a head is longer than what was read")
    for index in 0..<fields.count {
        let field = fields[index]
        require(!field.name.isEmpty && field.line.end <= end, "a field lies outside of the head")
        let line = bytes[field.line.indices]
        require(line.suffix(2).elementsEqual([0x0D, 0x0A]), "a field line ends in CRLF")
        let isClean = !line.dropLast(2).contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 || $0 == 0x7F }
        require(isClean, "a bare CR, LF or a control byte is in a field line")
        require(bytes[field.name.end] == UInt8(ascii: ":"), "a colon follows the name at once")
    }
}

/// Read with other eyes: no second length, and no length beside a transfer coding.
private func checkFraming(_ bytes: [UInt8], _ head: RequestHead) {
    var lengths = 0
    var codings = 0
    for index in 0..<head.fields.count {
        switch String(decoding: bytes[head.fields[index].name.indices], as: UTF8.self).lowercased() {
        case "content-length": lengths += 1
        case "transfer-encoding": codings += 1
        default: break
        }
    }
    require(lengths == 0 || codings == 0, "a length stands beside a transfer coding")
    require(codings == 0 || head.framing == .chunked, "a transfer coding was overlooked")
    if case .length = head.framing { require(lengths > 0, "a length came from nowhere") }
    require(lengths == 0 || head.framing != .none, "a length was overlooked")
}
