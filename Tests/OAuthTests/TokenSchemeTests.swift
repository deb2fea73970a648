import Bytes
import OAuth
import Testing

@Suite("The scheme that a token comes with")
struct TokenSchemeTests {
    private func token(_ scheme: TokenScheme, _ line: String) -> String? {
        let bytes = Array("x\(line)".utf8)
        return scheme.token(in: bytes.span, ByteRange(1..<bytes.count)).map { bytes.span.bytes($0).string }
    }

    @Test("is taken in any case, with spaces behind it", arguments: ["DPoP a.b.c", "dpop a.b.c", "DPOP  a.b.c"])
    func proof(_ line: String) {
        #expect(self.token(.proof, line) == "a.b.c")
        #expect(self.token(.bearer, line) == nil)
    }

    @Test("Bearer is not DPoP", arguments: ["Bearer a.b.c", "bearer   a.b.c"])
    func bearer(_ line: String) {
        #expect(self.token(.bearer, line) == "a.b.c")
        #expect(self.token(.proof, line) == nil)
    }

    @Test("without a token has an empty one, which is malformed", arguments: ["DPoP", "DPoP ", "DPoP   "])
    func empty(_ line: String) {
        #expect(self.token(.proof, line) == "")
    }

    @Test(
        "is nothing that is only like it",
        arguments: ["", "DPo", "DPoPx a", "DPoP=a", "DPoP\ta", "Basic a", "D PoP a"]
    )
    func other(_ line: String) {
        #expect(self.token(.proof, line) == nil)
        #expect(self.token(.bearer, line) == nil)
    }
}
