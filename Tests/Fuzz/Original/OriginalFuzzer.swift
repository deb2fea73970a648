internal import Bytes
internal import FuzzSupport
internal import HTTP

@testable internal import Gateway

/// The question of a proxy: the bytes as a head, and what its fields tell of another request.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    var head = RequestHead()
    guard head.parse(input.bytes.span, limits: HeadLimits()) == .complete else { return 0 }
    let told = ToldFields(head, input.bytes)
    for assumesGET in [false, true] { checkTold(head, input.bytes, told, assumesGET) }
    checkBehindPrefix(head, input.bytes, told)
    return 0
}

private func checkTold(_ head: RequestHead, _ bytes: [UInt8], _ told: ToldFields, _ assumesGET: Bool) {
    let original: OriginalRequest
    do throws(OriginalRequestFault) {
        original = try OriginalRequest(toldBy: head, bytes.span, assumesGET: assumesGET)
    } catch {
        // The field that is to blame is one that is there, or one that is not: the words cannot be wrong.
        return
    }
    checkSpoken(head, bytes, original)
    let reading = Reading(original, bytes)
    require(reading.method != nil || assumesGET, "nobody told the method")
    require(told.hasFamily, "a request came from nowhere")
    check(reading, told)
    if told.values("x-forwarded-uri").isEmpty {
        require(told.values("x-original-method").first == reading.method, "the method is another family's")
    } else {
        require(reading.method != nil && reading.scheme != nil, "a family is read that is not whole")
        require(told.values("x-forwarded-host").first == reading.host, "the host is another family's")
    }
    let isPlainURL = !told.values("x-original-url").isEmpty && reading.scheme == .http
    planted(isPlainURL && reading.target.contains(UInt8(ascii: "?")))
}

private func checkBehindPrefix(_ head: RequestHead, _ bytes: [UInt8], _ told: ToldFields) {
    let path = bytes.span.bytes(head.path)
    guard let form = ForwardAuthForm(askedOn: path), form == .envoy else { return }
    let prefix = form.path.utf8CodeUnitCount
    guard let original = try? OriginalRequest(behindPrefixOf: prefix, head, bytes.span) else { return }
    checkSpoken(head, bytes, original)
    let reading = Reading(original, bytes)
    check(reading, told)
    let target = Array(bytes[head.target.indices])
    require(target.suffix(reading.target.count) == reading.target[...], "a target is no end of the one that was asked")
    require(reading.method == Array(bytes[head.methodRange.indices]), "a method is not the one that was asked with")
    require(reading.host == Array(bytes[head.host.indices]), "a host is not the one that was asked")
}

/// The head that speaks of that request from then on.
private func checkSpoken(_ head: RequestHead, _ bytes: [UInt8], _ original: OriginalRequest) {
    var head = head
    let (framing, method) = (head.framing, original.method ?? head.methodRange)
    guard head.speak(ofMethod: method, target: original.target, host: original.host, in: bytes.span) else { return }
    require(head.framing == framing, "a head speaks of another content")
    require(head.target == original.target && head.host == original.host, "a head speaks of another request")
    let whole = Array(bytes[head.path.indices]) + Array(bytes[head.query.indices])
    require(whole == Array(bytes[head.target.indices]), "path and query are not the target")
    require(!bytes[head.query.indices].contains { $0 < 0x20 || $0 == 0x7F }, "a control byte is in a query")
}

/// What holds of each request that is told, whoever told it.
private func check(_ reading: Reading, _ told: ToldFields) {
    if let method = reading.method {
        require(1...64 ~= method.count && method.allSatisfy(isTokenByte), "a method is no token")
        // Only Envoy's form takes it from the head, where HTTP itself has refused it.
        require(method != Array("CONNECT".utf8), "a tunnel is asked for")
    }
    require(reading.target.first == UInt8(ascii: "/"), "a target is no path")
    require(!reading.target.contains { [0x20, 0x0D, 0x0A].contains($0) }, "a target could end its line")
    require(isPlainHost(reading.host), "a host is none")
    require(!told.isRepeated, "a field is there twice")
    require(told.agree(with: reading), "two fields say different things")
}

private func isTokenByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
}

/// No path, user or white space (RFC 3986, section 3.2.2: a comma may be in a name), and digits alone behind the last colon.
private func isPlainHost(_ host: [UInt8]) -> Bool {
    guard !host.isEmpty, host.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/\\@?#<>\"".utf8.contains($0) }) else {
        return false
    }
    let end = host.lastIndex(of: UInt8(ascii: "]")) ?? 0
    guard let colon = host[end...].firstIndex(of: UInt8(ascii: ":")) else { return true }
    return colon > 0 && host[(colon + 1)...].allSatisfy { $0.isDigit }
}
