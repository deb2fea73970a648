import HTTP
import PageReading
import Testing

@testable import Endpoints

@Suite("The languages of pages")
struct LanguageTests {
    @Test("leave the same gaps in the words of the frame", arguments: Language.allCases)
    func gaps(_ language: Language) {
        let english = phrases(in: Language.english.frame)
        let found = phrases(in: language.frame)
        #expect(english.count > 20)
        #expect(found.keys == english.keys)
        for (place, phrase) in found { #expect(Set(phrase.gaps) == Set(english[place]?.gaps ?? []), "\(place)") }
    }

    @Test(
        "are what was asked for",
        arguments: [
            (nil, "de", .german), (nil, "", .english), (nil, "fr", .english), ("de", "en", .german),
            ("fr de-CH en", "en", .german),
            ("fr", "de", .german), ("", "de", .german), ("EN-gb", "de", .english), ("de_DE", "en", .english),
        ] as [(String?, String, Language)]
    )
    func language(_ uiLocales: String?, _ accept: String, _ expected: Language) {
        var languages = Language.acceptable
        languages.read(accept.utf8Span.span)
        #expect(Language.preferred(uiLocales: uiLocales, accept: languages) == expected)
    }
}
