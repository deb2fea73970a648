import HTTP
import Testing

@Suite("Accept-Language")
struct AcceptLanguageTests {
    @Test(
        "prefers the language with the most weight, of equal ones the first",
        arguments: [
            ("de", "de"), ("en", "en"), ("de,en", "de"), ("en,de", "en"), ("DE-AT", "de"),
            ("de-1996-u-co-phonebk", "de"),
            ("en;q=0.8, de;q=0.9", "de"), ("de;q=0.8, en", "en"), ("fr, de;q=0.5, en;q=0.4", "de"),
            ("de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", "de"), ("en-GB;q=0.5,de;q=0.6,en;q=0.7", "en"),
            ("*", "en"), ("fr, *;q=0.1", "en"), ("en;q=0, *", "de"), ("en;q=0.2, *;q=0.3", "de"),
            ("de;q=0.3, *;q=0.3", "de"),
            (" de ; q=0.5 , en ; q=0.4", "de"), (",,de,", "de"),
        ]
    )
    func preference(_ value: String, _ expected: String) {
        #expect(self.preferred([value]) == expected)
    }

    @Test(
        "finds nothing when nothing that is offered is wanted",
        arguments: [
            "", "fr", "fr-FR, es;q=0.5", "de;q=0", "*;q=0", "en;q=0, de;q=0.000, *;q=0", "den", "d", "de_AT", "-de",
            "de;q=x",
        ]
    )
    func none(_ value: String) {
        #expect(self.preferred([value]) == nil)
    }

    @Test("reads all of its lines")
    func lines() {
        #expect(self.preferred(["en;q=0.5", "de"]) == "de")
    }

    private func preferred(_ lines: [String]) -> String? {
        let offered = ["en", "de"]
        var languages = AcceptLanguage(offered: offered)
        for line in lines { languages.read(bytes(line).span) }
        return languages.preferred.map { offered[$0] }
    }
}
