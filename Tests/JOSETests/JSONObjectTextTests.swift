import Testing

@testable import JOSE

@Suite("An object that is written member by member")
struct JSONObjectTextTests {
    @Test("reads back as what was written")
    func roundTrip() throws {
        var text = JSONObjectText()
        text.add("plain", String("abc"))
        text.add("hostile", String("\"\\\n\u{0}ä"))
        text.add("words", joined: ["a", "b"])
        text.add("word", joined: ["a"])
        text.add("none", joined: [])
        text.add("number", Int64(-7))
        text.add("list", JSONValue.array([1, "x"]))
        text.add(JSONMember(name: "na\"me", value: true))
        let json = try JSONValue(parsing: text.finished().span)
        let expected: JSONValue = [
            "plain": "abc", "hostile": "\"\\\n\u{0}ä", "words": "a b", "word": "a", "none": "", "number": -7,
            "list": [1, "x"], "na\"me": true,
        ]
        #expect(json == expected)
    }

    @Test("may be empty")
    func empty() { #expect(JSONObjectText().finished() == Array("{}".utf8)) }
}
