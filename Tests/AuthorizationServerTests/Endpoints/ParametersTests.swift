import Testing

@testable import AuthorizationServer

@Suite("The parameters of a request")
struct ParametersTests {
    @Test(
        "are decoded as forms are",
        arguments: [
            ("a=b", "b"), ("a=b+c", "b c"), ("a=b%20c", "b c"), ("a=%C3%A4", "ä"), ("a=b=c", "b=c"),
            ("a=%2B", "+"), ("&a=b&", "b"),
        ]
    )
    func decodes(_ text: String, _ value: String) throws {
        #expect(try Parameters(parsing: Array(text.utf8))["a"] == value)
    }

    @Test("count as left out when they have no value (RFC 6749, section 3.1)", arguments: ["a", "a=", "a=&b=c"])
    func empty(_ text: String) throws {
        #expect(try Parameters(parsing: Array(text.utf8))["a"] == nil)
    }

    @Test(
        "are refused when they are there twice, broken, or no text",
        arguments: ["a=b&a=b", "a=b&%61=c", "a=%", "a=%2", "a=%zz", "a=%FF", "a=%00", "%00=b"]
    )
    func refuses(_ text: String) {
        #expect(throws: ProtocolError(.invalidRequest, "")) { try Parameters(parsing: Array(text.utf8)) }
    }

    @Test("may name several resources (RFC 8707, section 2)")
    func resources() throws {
        let parameters = try Parameters(parsing: Array("resource=https%3A%2F%2Fa&resource=https%3A%2F%2Fb".utf8))
        #expect(parameters.resources == ["https://a", "https://b"])
    }

    @Test("are bounded in number")
    func bound() {
        let text = (0...Parameters.maximumCount).map { "a\($0)=b" }.joined(separator: "&")
        #expect(throws: ProtocolError(.invalidRequest, "")) { try Parameters(parsing: Array(text.utf8)) }
    }

    @Test("are encoded so that they decode to the same", arguments: ["", "a b", "ä&=?#%+", "\u{1F511}"])
    func roundTrip(_ text: String) {
        #expect(FormEncoding.decode(Array(FormEncoding.encode(text).utf8)[...]) == text)
    }
}

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
