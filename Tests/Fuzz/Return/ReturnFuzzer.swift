internal import FuzzSupport

@testable internal import Login

/// Where a browser is sent after sign-in: the bytes as a target beside a base URL and a listed origin, and, where there is a
/// line feed, what stands before it as the base URL.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    let text = String(decoding: input.bytes, as: UTF8.self)
    check(text, base)
    checkBase(text)
    guard let (first, second) = input.halves, first.count <= maximumBaseByteCount else { return 0 }
    guard let own = BaseURL(String(decoding: first, as: UTF8.self)) else { return 0 }
    check(String(decoding: second, as: UTF8.self), own)
    return 0
}

private let base = BaseURL("https://app.test")!
private let listed = [BaseURL("https://docs.test")!, BaseURL("http://127.0.0.1:8080")!]
/// No host is longer, and a target has room for it.
private let maximumBaseByteCount = 300

private func check(_ text: String, _ base: BaseURL) {
    guard let target = ReturnTarget(text, baseURL: base, origins: listed) else { return }
    let location = target.location
    require(location.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a target could end its line")
    let origins = ([base] + listed).map(\.text)
    guard let reading = PlainAddress(location, at: base.text) else { fatalError("a browser would read no address") }
    require(origins.contains(reading.origin), "a browser would be led to another origin")
    require(!reading.isAmbiguous, "a path can be read in two ways")
    require(reading.origin != base.text || !reading.isBelow("oauth2"), "sign-in leads back into itself")
    let again = ReturnTarget(location, baseURL: base, origins: listed)
    require(again?.location.utf8.elementsEqual(location.utf8) == true, "a target is not its own reading")
    planted(reading.origin == listed[0].text && location.contains("?") && !location.utf8.elementsEqual(text.utf8))
}

private func checkBase(_ text: String) {
    guard let base = BaseURL(text) else { return }
    require(BaseURL(base.text) == base, "an origin is not its own reading")
    guard let reading = PlainAddress(text, at: "https://elsewhere.test") else {
        fatalError("a browser would read no origin")
    }
    require(reading.origin.utf8.elementsEqual(base.text.utf8), "a browser would read another origin")
    require(base.isSecure == base.text.hasPrefix("https://"), "an origin has another scheme than it says")
}
