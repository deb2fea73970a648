import Testing

@testable import Endpoints

@Suite("Times on pages")
struct PageTimeTests {
    private func text(_ markup: Markup) -> String {
        switch markup {
        case .phrase(let phrase): phrase.text
        case .foreign(let text): text.text
        case .number(let number): "\(number)"
        case .element(_, _, let content): content.map(self.text).joined()
        case .styleSheet: ""
        }
    }

    @Test(
        "are written as the language does",
        arguments: [
            (Language.english, "21 November 2026, 13:21 UTC"), (.german, "21. November 2026, 13:21 UTC"),
        ]
    )
    func moments(_ language: Language, _ expected: String) {
        #expect(self.text(PageTime(seconds: 1_795_267_265).markup(language.frame.time)) == expected)
        #expect(PageTime(seconds: 1_795_267_265).machineText == "2026-11-21T13:21:05Z")
        #expect(PageTime(seconds: 0).machineText == "1970-01-01T00:00:00Z")
    }

    @Test(
        "to wait are rounded up",
        arguments: [
            (Duration.zero, "1 second"), (.seconds(1), "1 second"), (.milliseconds(1001), "2 seconds"),
            (.seconds(119), "119 seconds"),
            (.seconds(120), "2 minutes"), (.seconds(121), "3 minutes"), (.seconds(900), "15 minutes"),
            (.seconds(7140), "119 minutes"), (.seconds(7141), "2 hours"), (.seconds(7201), "3 hours"),
        ]
    )
    func waits(_ duration: Duration, _ expected: String) {
        #expect(self.text(Wait(duration).markup(Language.english.frame.time)) == expected)
    }
}
