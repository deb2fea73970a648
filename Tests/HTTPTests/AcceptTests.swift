import HTTP
import Testing

@Suite("Accept")
struct AcceptTests {
    @Test(
        "prefers HTML only when it is named, and no JSON type is named with more weight",
        arguments: [
            ("text/html", true), ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("TEXT/HTML", true),
            ("*/*", false), ("", false), ("text/*", false), ("application/json", false),
            ("application/json, text/html", true),
            ("application/json, text/html;q=0.9", false), ("application/json;q=0.5, text/html;q=0.5", true),
            ("application/json;q=0.9,text/html", true),
            ("application/problem+json, text/html;q=0.999", false), ("text/html;q=0", false),
            ("text/html;q=0.000", false),
            ("text/html;q=0.001", true), ("text/html; Q=0.2 ; x=y, application/json;q=0.3", false),
            ("text/html;level=1", true),
            ("text/html;q=x", false), ("text/html;q=1.001", false), ("text/html;q=2", false),
            ("text/html;q=1.000", true), ("text/html;q=0.1234", false),
            ("text/htmlx", false), ("xtext/html", false), ("text/html;q=", false),
            (" text/html ; q=0.5 , */json ; q=0.6", false),
            ("text/html;q=0.4, text/html;q=0.8, a/json;q=0.5", true), ("image/json;q=0.1;text/html", false),
            (",,text/html,", true),
            ("*/*, application/json;q=0.1, text/html;q=0.2", true),
        ]
    )
    func preference(_ value: String, _ expected: Bool) {
        let prefersHTML = Accept.prefersHTML(bytes(value).span)
        #expect(prefersHTML == expected)
    }

    @Test("reads all of its lines")
    func lines() {
        var accept = Accept()
        accept.read(bytes("text/html;q=0.5").span)
        #expect(accept.prefersHTML)
        accept.read(bytes("application/json").span)
        #expect(!accept.prefersHTML)
    }
}
