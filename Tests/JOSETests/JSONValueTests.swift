import JOSE
import Testing

@Suite("JSON")
struct JSONValueTests {
    @Test(
        "reads what it writes",
        arguments: [
            "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5", "-0.25", "1e+20",
            "1e-05", "\"\"", "\"a\\\"b\\\\c\"", "\"é€😀\"", "[]", "{}", "[1,[2,[3]]]",
            "{\"b\":1,\"a\":[true,null],\"c\":{\"d\":\"e\"}}",
        ]
    )
    func roundTrip(_ text: String) throws {
        #expect(try JSONValue(parsing: text).jsonText == text)
    }

    @Test("keeps the order of members, and finds them by name")
    func members() throws {
        let json = try JSONValue(parsing: " {\"z\": 1, \"a\": \"x\", \"m\": {\"k\": [1]}} \n")
        #expect(json.members?.map(\.name) == ["z", "a", "m"])
        #expect(json["a"]?.string == "x")
        #expect(json["m"]?["k"]?.array == [1])
        #expect(json["K"] == nil)
        #expect(json["a"]?["x"] == nil)
    }

    @Test("J13: refuses a duplicate member, at any depth and however it is escaped")
    func duplicates() {
        for text in ["{\"a\":1,\"a\":1}", "[{\"b\":{\"a\":1,\"c\":2,\"a\":3}}]", "{\"a\":1,\"\\u0061\":2}"] {
            #expect(throws: JSONError.duplicateMember) { try JSONValue(parsing: text) }
        }
    }

    @Test("J13: refuses depth before it is walked", arguments: [("[", "]"), ("{\"a\":", "}")])
    func depth(_ open: String, _ close: String) throws {
        func nested(_ count: Int) -> String {
            String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(JSONValue.maximumDepth)) }
        #expect(throws: JSONError.tooDeep) { try JSONValue(parsing: nested(JSONValue.maximumDepth + 1)) }
        #expect(throws: JSONError.tooDeep) { try JSONValue(parsing: String(repeating: open, count: 20_000)) }
    }

    @Test("brackets inside strings have no depth")
    func brackets() throws {
        let text = "\"" + String(repeating: "[\\\"{", count: 100) + "\""
        #expect(try JSONValue(parsing: text).string?.utf8.count == 300)
    }

    @Test("refuses a text above the caller's limit")
    func size() {
        #expect(throws: JSONError.tooLarge) { try JSONValue(parsing: "[1,2]", maximumByteCount: 4) }
        #expect(throws: Never.self) { try JSONValue(parsing: "[1,2]", maximumByteCount: 5) }
    }

    @Test(
        "refuses what is not JSON",
        arguments: [
            "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "[1] x", "[1][2]", "nul", "True", "NaN",
            "Infinity",
            "01", "+1", ".5", "1.", "0x1", "1e", "\"\n\"", "\"\\x\"", "\"\\u12\"", "\u{FEFF}{}", "// x\n1", "\"a",
            "[1\u{0}]", "\u{0}1", "1\u{0}", "\"\\\u{0}\"",
        ]
    )
    func malformed(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test(
        "I-JSON: refuses NUL in names, lone surrogates, and numbers nobody can hold",
        arguments: [
            "{\"\\u0000\":1}", "\"\\ud800\"", "\"\\udc00\\ud800\"", "1e999", "-1e999", "9223372036854775808",
            "123456789012345678901234567890",
        ]
    )
    func iJSON(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test("keeps an escaped NUL, and what is behind it")
    func escapedNUL() throws {
        #expect(try JSONValue(parsing: "\"a\\u0000b\"") == .string("a\u{0}b"))
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
        ] as [[UInt8]]
    )
    func notUTF8(_ bytes: [UInt8]) {
        #expect((try? JSONValue(parsing: bytes)) == nil)
    }

    @Test("compares numbers by what they are worth, everything else by type and bytes")
    func equality() throws {
        #expect(JSONValue.integer(3) == .real(3))
        #expect(JSONValue.integer(3) != .real(3.5))
        #expect(JSONValue.integer(3) != .string("3"))
        #expect(JSONValue.bool(true) != .integer(1))
        #expect(JSONValue.null != .bool(false))
        #expect(JSONValue.string("\u{212A}") != .string("K"))
        #expect(JSONValue.integer(.max) != .real(Double(Int64.max)))
        let one: JSONValue = ["a": 1, "b": ["c": true]]
        let other: JSONValue = ["b": ["c": true], "a": 1]
        #expect(one == other)
        #expect(one != ["a": 1, "b": ["c": false]])
    }

    @Test("escapes control characters")
    func escapes() {
        #expect(JSONValue.string("\u{1}\n\u{1F}\u{7F}").jsonText == "\"\\u0001\\u000a\\u001f\u{7F}\"")
    }
}

extension JSONValue {
    init(parsing bytes: [UInt8]) throws { try self.init(parsing: bytes.span) }
}
