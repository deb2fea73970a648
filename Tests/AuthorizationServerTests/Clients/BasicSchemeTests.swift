import Testing

@testable import AuthorizationServer

@Suite("Client credentials in the header Authorization")
struct BasicSchemeTests {
    @Test("are form-encoded below base64 (RFC 6749, section 2.3.1)")
    func decodes() throws {
        // printf 's6BhdRkqt3:7Fjfp0ZBr1KtDRbnfVdmIw' | base64: the example of the section.
        let example = try #require(
            BasicScheme.credentials(in: "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3")
        )
        #expect(example == ("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw"))
        // printf 'a%%3Ab:c+d%%2F' | base64
        let encoded = try #require(BasicScheme.credentials(in: "bAsIc   YSUzQWI6YytkJTJG"))
        #expect(encoded == ("a:b", "c d/"))
    }

    @Test(
        "are none when they are broken",
        arguments: ["Basic", "Basic ", "Basic !!!!", "Basic YWJj", "Basic Og==", "Bearer YTpi", "Basic JTpi"]
    )
    func refuses(_ line: String) {
        #expect(BasicScheme.credentials(in: line) == nil)
    }
}
