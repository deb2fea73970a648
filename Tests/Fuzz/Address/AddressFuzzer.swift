internal import Bytes
internal import FuzzSupport
internal import OAuth

@testable internal import AuthorizationServer
@testable internal import Endpoints

/// Addresses that clients and operators name. Where there is a line feed, what stands before it is registered and what
/// stands behind it is asked for.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    let text = String(decoding: input.bytes, as: UTF8.self)
    checkRedirect(text)
    checkIssuer(text)
    checkAddress(text)
    guard let (registered, asked) = input.halves else { return 0 }
    checkRequest(String(decoding: registered, as: UTF8.self), String(decoding: asked, as: UTF8.self))
    return 0
}

private func checkRedirect(_ text: String) {
    guard let uri = try? RedirectURI(text) else { return }
    require(uri.text.hasSameBytes(as: text), "a redirect URI is changed by reading it")
    require(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }, "a refused byte came through")
    guard let origin = WebOrigin(of: text) else { fatalError("a redirect URI has no origin to send people to") }
    require(origin.scheme != "http" || origin.isOnThisDevice, "http leads to another machine")
    require(text.utf8.starts(with: "\(origin.scheme):".utf8), "an origin has another scheme than its address")
}

private func checkIssuer(_ text: String) {
    guard let issuer = try? IssuerAddress(text) else { return }
    guard let origin = WebOrigin(of: issuer.origin) else { fatalError("an issuer has no origin") }
    require(RequestAddress("\(text)/token") != nil, "an issuer's endpoint has no address")
    require(PagePath("\(issuer.path)/login") != nil, "an issuer's page has no path")
    let isHere = origin.isOnThisDevice || IPAddress(issuer.host.filter { !"[]".contains($0) })?.isLoopback == true
    require(issuer.isSecure || isHere, "http leads to another machine")
    require("\(issuer.origin)\(issuer.path)".hasSameBytes(as: text), "an issuer is not its origin and its path")
}

private func checkAddress(_ text: String) {
    guard let address = RequestAddress(text) else { return }
    let whole = String(decoding: text.utf8.prefix { $0 != 0x3F && $0 != 0x23 }, as: UTF8.self)
    require(RequestAddress("\(whole)?query") == address, "a query makes another address")
    require(RequestAddress("\(whole)#fragment") == address, "a fragment makes another address")
}

private func checkRequest(_ own: String, _ asked: String) {
    guard let uri = try? RedirectURI(own) else { return }
    var client = Client(name: "c", authentication: .none)
    client.redirectURIs = [uri.text]
    require(client.registered(redirectURI: own)?.hasSameBytes(as: own) == true, "a registered address is not found")
    guard let found = client.registered(redirectURI: asked) else { return }
    require(found.hasSameBytes(as: asked), "another address was found than was asked for")
    guard !found.hasSameBytes(as: own) else { return }
    // RFC 8252, section 7.3: then the port alone is another, and the host this machine.
    guard let origin = WebOrigin(of: asked) else { fatalError("a code would go to an address without an origin") }
    require(origin.scheme == "http" && origin.isOnThisDevice, "an address elsewhere was never registered")
    require(withoutPort(asked) == withoutPort(own), "more than the port is another")
    planted(true)
}

/// An address of this machine without its port.
private func withoutPort(_ text: String) -> [UInt8] {
    let host = text.utf8.starts(with: "http://[::1]".utf8) ? "http://[::1]" : "http://127.0.0.1"
    let rest = text.utf8.dropFirst(host.utf8.count)
    guard rest.first == UInt8(ascii: ":") else { return Array(text.utf8) }
    return Array(host.utf8) + rest.dropFirst().drop { (0x30...0x39).contains($0) }
}
