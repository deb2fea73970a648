import Testing

@testable import Endpoints

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
        arguments: [
            ("a=b&a=b", .repeated), ("a=b&%61=c", .repeated), ("a=%", .malformed), ("a=%2", .malformed),
            ("a=%zz", .malformed), ("a=%FF", .malformed), ("a=%00", .malformed), ("%00=b", .malformed),
        ] as [(String, ParametersFault)]
    )
    func refuses(_ text: String, _ fault: ParametersFault) {
        #expect(throws: fault) { try Parameters(parsing: Array(text.utf8)) }
    }

    @Test("may name several resources (RFC 8707, section 2)")
    func resources() throws {
        let parameters = try Parameters(parsing: Array("resource=https%3A%2F%2Fa&resource=https%3A%2F%2Fb".utf8))
        #expect(parameters.resources == ["https://a", "https://b"])
    }

    @Test("are bounded in number")
    func bound() {
        let text = (0...Parameters.maximumCount).map { "a\($0)=b" }.joined(separator: "&")
        #expect(throws: ParametersFault.tooMany) { try Parameters(parsing: Array(text.utf8)) }
    }

    @Test("are encoded so that they decode to the same", arguments: ["", "a b", "ä&=?#%+", "\u{1F511}"])
    func roundTrip(_ text: String) {
        #expect(FormEncoding.decode(Array(FormEncoding.encode(text).utf8)[...]) == text)
    }
}
