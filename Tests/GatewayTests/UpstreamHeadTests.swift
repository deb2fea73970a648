import Bytes
import HTTP
import Testing
import Transport

@testable import Gateway

@Suite("What goes up in a request's head")
struct UpstreamHeadTests {
    private let listener = ListenerState(
        ListenerSettings(name: "public", address: .ip(IPAddress(ipv4: 0x7f00_0001), port: 8080)),
        port: 8080,
        tls: nil
    )
    private static let peer = Array("10.0.0.9".utf8)
    private static let own = ["X-Forwarded-Proto: http", "X-Forwarded-Host: api.test:81", "X-Forwarded-Port: 8080"]

    private func lines(_ write: (inout ByteBuffer) -> Void) -> [String] {
        written(write).split(separator: "\r\n").map(String.init)
    }

    @Test("tells of an untrusted peer what the gateway knows of it")
    func untrusted() {
        let lines = self.lines {
            ForwardingHeaders.append(
                peer: Self.peer,
                host: "api.test:81".utf8Span.span,
                listener: self.listener,
                to: &$0
            )
        }
        #expect(lines == ["X-Forwarded-For: 10.0.0.9"] + Self.own)
    }

    @Test("leaves out an address and a host that there are not: a Unix socket, HTTP/1.0")
    func nothing() {
        let lines = self.lines {
            ForwardingHeaders.append(peer: [], host: "".utf8Span.span, listener: self.listener, to: &$0)
        }
        #expect(lines == ["X-Forwarded-Proto: http", "X-Forwarded-Port: 8080"])
    }

    @Test("continues a trusted peer's chain, all lines of it in one")
    func chain() throws {
        let (head, bytes) = try request(["X-Forwarded-For: 1.1.1.1, 2.2.2.2", "A: b", "x-forwarded-for: 3.3.3.3"])
        let lines = self.lines { lines in
            let peer = Self.peer
            ForwardingHeaders.appendMissing(head, bytes.span, peer: peer, listener: self.listener, to: &lines)
        }
        #expect(lines == ["X-Forwarded-For: 1.1.1.1, 2.2.2.2, 3.3.3.3, 10.0.0.9"] + Self.own)
    }

    @Test("says nothing again that a trusted peer has said")
    func said() throws {
        let (head, bytes) = try request(["X-Forwarded-Proto: https", "X-Forwarded-Host: a", "X-Forwarded-Port: 443"])
        let lines = self.lines { lines in
            ForwardingHeaders.appendMissing(head, bytes.span, peer: [], listener: self.listener, to: &lines)
        }
        #expect(lines == [])
    }

    static let cookieRows: [(String, String)] = [
        ("session=t", ""),
        ("a=1; session=t", "Cookie: a=1\r\n"),
        ("session=t; a=1", "Cookie: a=1\r\n"),
        ("a=1;session=t ;b=2", "Cookie: a=1; b=2\r\n"),
        ("a=session; Session=x; sessions=y", "Cookie: a=session; Session=x; sessions=y\r\n"),
        ("other=t; session=t; a=\"q\"", "Cookie: a=\"q\"\r\n"),
    ]

    @Test("keeps the cookies that carry no token", arguments: cookieRows)
    func cookies(_ value: String, _ expected: String) {
        let names = ["session", "other"].map { Array($0.utf8) }
        let line = written { CookieLine.append(value.utf8Span.span, without: names, to: &$0) }
        #expect(line == expected)
    }

    static let prefixRows: [(String, String)] = [
        ("/tenants/a", "/a"), ("/tenants/", "/"), ("/tenants", ""), ("/tenants2/a", "/tenants2/a"), ("/", "/"),
        ("/x/tenants", "/x/tenants"),
    ]

    @Test("loses a prefix of whole segments", arguments: prefixRows)
    func prefix(_ path: String, _ expected: String) {
        let rest = path.utf8Span.span.behindPrefix("/tenants".utf8Span.span).string
        #expect(rest == expected)
    }
}
