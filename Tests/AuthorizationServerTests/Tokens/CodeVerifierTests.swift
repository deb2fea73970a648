import Testing

@testable import AuthorizationServer

@Suite("PKCE")
struct CodeVerifierTests {
    @Test("RFC 7636, appendix B: matches its own challenge")
    func appendix() throws {
        #expect(try #require(CodeVerifier(Pkce.verifier)).matches(challenge: Pkce.challenge))
    }

    @Test(
        "AS5: matches nothing else",
        arguments: ["", Pkce.verifier, Pkce.challenge + "=", "e" + Pkce.challenge.dropFirst()]
    )
    func others(_ challenge: String) throws {
        #expect(try !#require(CodeVerifier(Pkce.verifier)).matches(challenge: challenge))
    }

    @Test("has 43 to 128 unreserved characters")
    func form() {
        #expect(CodeVerifier(String(repeating: "a", count: 42)) == nil)
        #expect(CodeVerifier(String(repeating: "~", count: 43)) != nil)
        #expect(CodeVerifier(String(repeating: "_", count: 128)) != nil)
        #expect(CodeVerifier(String(repeating: "-", count: 129)) == nil)
        #expect(CodeVerifier(String(repeating: "a", count: 43) + "+") == nil)
        #expect(CodeVerifier(String(repeating: "a", count: 43) + "é") == nil)
    }
}
