import Testing

@testable import Endpoints

@Suite("Markup")
struct MarkupTests {
    private func html(_ markup: Markup) -> String {
        var bytes: [UInt8] = []
        markup.write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("escapes what stands in text")
    func text() {
        let markup = Element.strong { ForeignText("a<b>&\"c'</strong>") }
        #expect(self.html(markup) == "<strong>a&lt;b&gt;&amp;\"c'&lt;/strong&gt;</strong>")
    }

    @Test("escapes what stands in a value, and leaves it whole otherwise")
    func value() {
        let markup = Element.span(.value(hidden: "a\"b'c<d>&e\u{0}\u{202E}ü"))
        #expect(self.html(markup) == "<span value=\"a&quot;b&#39;c&lt;d&gt;&amp;e\u{FFFD}\u{202E}ü\"></span>")
    }

    @Test("writes an attribute without a value, and no end for a void element")
    func void() {
        #expect(self.html(Element.input(.fixed("type", "text"), .required)) == "\n<input type=\"text\" required>")
    }

    @Test("puts parts into the gaps of a phrase in the order of the language, and never looks for gaps in them")
    func gaps() {
        let phrase: Phrase = "{count} of {client}!"
        let parts = phrase.filled([.client: .foreign(ForeignText("{count} & {user}")), .count: .number(2)])
        #expect(self.html(Element.span { parts }) == "<span>2 of {count} &amp; {user}!</span>")
    }

    @Test("keeps the direction of a name to the name")
    func isolation() {
        #expect(self.html(ForeignText("שלום").isolated) == "<bdi>שלום</bdi>")
    }
}
