import Testing

@testable import Policy

@Suite("Path patterns")
struct PathPatternTests {
    typealias Segment = PathPattern.Segment

    @Test(
        "reads literals, parameters and a last **",
        arguments: [
            ("/", [], false),
            ("/**", [], true),
            ("/items", [.literal("items")], false),
            ("/items/", [.literal("items")], false),
            ("/items/**", [.literal("items")], true),
            ("/items/**/", [.literal("items")], true),
            ("/tenants/{tenant}/orders", [.literal("tenants"), .parameter("tenant"), .literal("orders")], false),
            ("/{user-id}/{_x}", [.parameter("user-id"), .parameter("_x")], false),
            ("/caf%C3%A9", [.literal("café")], false),
            ("/café", [.literal("café")], false),
            ("/a%20b/a b", [.literal("a b"), .literal("a b")], false),
            ("/a%2Fb", [.literal("a/b")], false),
            ("/%7Bx%7D/%2A%2A", [.literal("{x}"), .literal("**")], false),
            ("/a;v=1", [.literal("a;v=1")], false),
            ("/...", [.literal("...")], false),
        ] as [(String, [Segment], Bool)]
    )
    func reads(_ text: String, _ segments: [Segment], _ hasRest: Bool) throws {
        let pattern = try PathPattern(text)
        #expect(pattern.segments == segments)
        #expect(pattern.hasRest == hasRest)
        #expect(pattern.text == text)
    }

    @Test(
        "refuses what is no pattern",
        arguments: [
            ("", .noLeadingSlash),
            ("items", .noLeadingSlash),
            ("//", .emptySegment),
            ("/a//b", .emptySegment),
            ("/a//", .emptySegment),
            ("/a/./b", .dotSegment),
            ("/a/../b", .dotSegment),
            ("/a/%2E%2e", .dotSegment),
            ("/a?x=1", .queryOrFragment),
            ("/a#b", .queryOrFragment),
            ("/a{b}", .partialParameter("a{b}")),
            ("/{a}b", .partialParameter("{a}b")),
            ("/{a}{b}", .partialParameter("{a}{b}")),
            ("/a}", .partialParameter("a}")),
            ("/{}", .badParameterName("")),
            ("/{1a}", .badParameterName("1a")),
            ("/{a b}", .badParameterName("a b")),
            ("/{a}/x/{a}", .repeatedParameter("a")),
            ("/**/a", .starNotLast),
            ("/a/*", .starNotLast),
            ("/a**", .starNotLast),
            ("/a%2", .badEscape("a%2")),
            ("/a%zz", .badEscape("a%zz")),
            ("/a%ff", .badEscape("a%ff")),
            ("/a%00", .forbiddenByte("a%00")),
            ("/a\\b", .forbiddenByte("a\\b")),
            ("/a%5Cb", .forbiddenByte("a%5Cb")),
        ] as [(String, PathPatternError)]
    )
    func refuses(_ text: String, _ error: PathPatternError) {
        #expect(throws: error) { try PathPattern(text) }
    }

    @Test("bounds the parameters of a pattern")
    func boundsParameters() throws {
        let names = (0..<PathPattern.maximumParameters).map { "/{p\($0)}" }.joined()
        #expect(try PathPattern(names).parameters.count == PathPattern.maximumParameters)
        #expect(throws: PathPatternError.tooManyParameters) { try PathPattern(names + "/{one_more}") }
    }

    @Test("bounds the segments of a pattern")
    func boundsSegments() throws {
        let segments = String(repeating: "/a", count: PathPattern.maximumSegments)
        #expect(try PathPattern(segments + "/**").segments.count == PathPattern.maximumSegments)
        #expect(throws: PathPatternError.tooManySegments) { try PathPattern(segments + "/a") }
    }
}
