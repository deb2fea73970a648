import Stores
import Testing

@testable import AuthorizationServer

@Suite("The name by which gateways know a grant")
struct GrantNameTests {
    private static let issuer = IssuerMark("https://id.example.com")
    /// 16 bytes, and 9.
    private static let grant = "AAECAwQFBgcICQoLDA0ODw"

    @Test("is the same for all tokens of a grant, and another for another grant or issuer")
    func names() throws {
        let name = try #require(GrantName(tokenName: "\(Self.grant).AAAAAAAAAAAA", issuer: Self.issuer))
        #expect(name == GrantName(tokenName: "\(Self.grant).BBBBBBBBBBBB", issuer: Self.issuer))
        #expect(name == GrantName(GrantID(text: Self.grant), issuer: Self.issuer))
        #expect(name != GrantName(GrantID(), issuer: Self.issuer))
        #expect(name != GrantName(GrantID(text: Self.grant), issuer: IssuerMark("https://id.example.com/")))
    }

    @Test("comes back from its bytes, which are of one length")
    func bytes() throws {
        let name = try #require(GrantName(GrantID(text: Self.grant), issuer: Self.issuer))
        #expect(name.bytes.count == GrantName.byteCount && Array(name.bytes.prefix(16)) == Array(0..<16))
        #expect(GrantName(bytes: name.bytes) == name)
        #expect(GrantName(bytes: name.bytes + [0]) == nil && GrantName(bytes: Array(name.bytes.dropLast())) == nil)
    }

    @Test(
        "is none for the `jti` of somebody else's token",
        arguments: [
            "", ".", "AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODw.", "AAECAwQFBgcICQoLDA0ODw.AAAA",
            "AAECAwQFBgcICQoLDA0O.AAAAAAAAAAAA", "2b1f7e0c-3f7a-4a53-9d0f-0c6b8a0f3d11", "a.b",
            "AAECAwQFBgcICQoLDA0ODw.AAAAAAAAAAA=",
        ]
    )
    func others(_ text: String) { #expect(GrantName(tokenName: text, issuer: Self.issuer) == nil) }
}
