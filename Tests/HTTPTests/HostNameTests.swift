import Bytes
import HTTP
import Testing

@Suite("Host names")
struct HostNameTests {
    @Test(
        "are compared without port, final dot and case",
        arguments: [
            ("Example.COM", "example.com", ""), ("a.b.:80", "a.b", "80"), ("a:", "a", ""),
            ("[::A]:443", "[::a]", "443"), ("[::1]", "[::1]", ""),
            (".", ".", ""), ("1.2.3.4:5", "1.2.3.4", "5"), ("a..", "a.", ""),
        ]
    )
    func compared(_ authority: String, _ host: String, _ port: String) {
        let authority = bytes(authority)
        let isValid = HostName.isValid(authority.span)
        #expect(isValid)
        var buffer = ByteBuffer()
        HostName.appendCompared(authority.span, to: &buffer)
        #expect(text(buffer.span.array) == host)
        let portRange = HostName.portRange(in: authority.span)
        #expect(text(authority[portRange]) == port)
    }
}
