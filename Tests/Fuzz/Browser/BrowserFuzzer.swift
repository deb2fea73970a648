internal import Bytes
internal import Cryptography
internal import FuzzSupport
internal import Stores

@testable internal import AuthorizationServer
@testable internal import Endpoints

/// What a browser brings: lines of `Cookie`, boxes, and the query of an authorization request, which goes through the browser
/// in a box of ours and comes back as it was.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    checkCookies(input.bytes)
    checkBox(String(decoding: input.bytes, as: UTF8.self))
    checkFlow(input.bytes)
    return 0
}

private let now = Timestamp(seconds: 1_800_000_000)
private let issuer = try! IssuerAddress("http://127.0.0.1/id")
private let ring = SealingRing(.generate())
private let browser = RandomSecret()

/// Each line of the input is a line of the field.
private func checkCookies(_ bytes: [UInt8]) {
    var request = EndpointRequest(method: .post, requestID: "r")
    request.cookies = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    for cookie in BrowserCookie.allCases {
        let values = plainValues(of: cookie.name(issuer), request.cookies)
        guard let secret = cookie.secret(in: request, issuer) else {
            require(values.count != 1 || !isSecret(values[0]), "a good cookie is refused")
            continue
        }
        require(values.count == 1, "one of two cookies of a name is believed")
        require(values.first == Array(secret.text.utf8), "a cookie has another value than it came with")
        planted(request.cookies.count > 1 && request.cookies.allSatisfy { $0.contains(UInt8(ascii: "=")) })
    }
}

private func isSecret(_ value: [UInt8]) -> Bool { Base64URL.decode(value.span)?.count == 32 }

/// What the cookies of a name have for values, read in the plainest way.
private func plainValues(of name: String, _ lines: [[UInt8]]) -> [[UInt8]] {
    let pairs = lines.flatMap { $0.split(separator: UInt8(ascii: ";")) }
    return pairs.compactMap { pair in
        let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, trimmed(parts[0]) == Array(name.utf8) else { return nil }
        return trimmed(parts[1])
    }
}

private func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    return Array(bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
}

private func box(_ kind: BrowserBox.Kind) -> BrowserBox { BrowserBox(kind: kind, browser: browser, ring: ring) }

private func checkBox(_ text: String) {
    require(box(.flow).open(text, at: now) == nil, "a box was opened that nobody sealed")
}

private func checkFlow(_ query: [UInt8]) {
    guard let parameters = try? Parameters(parsing: query) else { return }
    let kept = parameters.only(AuthorizationRequest.parameters)
    let flow = Flow(.authorization(Parameters(kept), nil), begun: now)
    let sealed = box(.flow).seal(flow.lines, until: flow.ends)
    require(box(.device).open(sealed, at: now) == nil, "a box of one kind is taken for another")
    require(box(.flow).open(sealed, at: flow.ends) == nil, "a box lasts longer than its flow")
    guard let lines = box(.flow).open(sealed, at: now), let again = Flow(lines),
        case .authorization(let opened, nil) = again.purpose
    else { fatalError("a flow that was sealed cannot be opened") }
    require(again.begun == now, "a flow has begun at another time")
    require(opened.all.count == kept.count, "a flow has lost a parameter, or won one")
    for (one, other) in zip(kept, opened.all) {
        require(one.name.hasSameBytes(as: other.name), "a parameter has another name")
        require(one.value.hasSameBytes(as: other.value), "a parameter has another value")
    }
}
