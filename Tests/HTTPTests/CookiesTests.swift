import HTTP
import Testing

@Suite("Cookies")
struct CookiesTests {
    @Test(
        "finds a name",
        arguments: [
            ("a=b", "a", "b", "a=b", 1), ("x=y; a=b; c=d", "a", "b", "a=b", 1), ("a=b;a=c", "a", "b", "a=b", 2),
            ("a=", "a", "", "a=", 1),
            (" a = \"b c\" ;", "a", "\"b c\"", "a = \"b c\"", 1), ("a=b=c", "a", "b=c", "a=b=c", 1),
            ("aa=b; a=\tc\t", "a", "c", "a=\tc", 1),
            (";;a=b;;", "a", "b", "a=b", 1), ("a; a=b", "a", "b", "a=b", 1), ("=a; a=b", "a", "b", "a=b", 1),
        ]
    )
    func found(_ value: String, _ name: String, _ expected: String, _ pair: String, _ count: Int) throws {
        let value = bytes(value)
        let match = Cookies.find(bytes(name).span, in: value.span)
        let first = try #require(match.first)
        #expect(text(value[first.name]) == name)
        #expect(text(value[first.value]) == expected)
        #expect(text(value[first.pair]) == pair)
        #expect(match.count == count)
    }

    @Test(
        "finds nothing else",
        arguments: ["", "A=b", "aa=b", "b=a", "a", "x=a=b", "=a", ";", "x=\"a=b", "xa=b", "a\u{A0}=b"]
    )
    func missing(_ value: String) {
        let match = Cookies.find(bytes("a").span, in: bytes(value).span)
        #expect(match.first == nil && match.count == 0)
    }

    @Test(
        "knows what a browser would keep of a Set-Cookie field",
        arguments: [
            ("b=1", true), ("b=1; Path=/", true), ("b=", true), (" b\t= 1", true), ("=b=1", true), ("= b=1", true),
            ("c=1", true), ("b=1=2", true),
            ("a=1", false), ("a=b=1", false), ("a=1; b=1", false), ("bb=1", false), ("B=1", false), ("b", false),
            ("", false), (";b=1", false), ("b; b=1", false),
        ]
    )
    func sets(_ value: String, _ isOne: Bool) {
        let names = [bytes("b"), bytes("c")]
        let value = bytes(value)
        let isSet = (Cookies.sets(anyOf: names, in: value.span), Cookies.sets(anyOf: [], in: value.span))
        #expect(isSet == (isOne, false))
    }

    @Test("goes through all pairs")
    func all() {
        let value = bytes("a=1; b=2;c; d=")
        var cookies = Cookies()
        var names: [String] = []
        while let cookie = cookies.next(value.span) { names.append(text(value[cookie.name])) }
        #expect(names == ["a", "b", "d"])
    }
}
