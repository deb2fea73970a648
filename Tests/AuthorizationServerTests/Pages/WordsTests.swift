import HTTP
import Testing

@testable import AuthorizationServer

@Suite("The words")
struct WordsTests {
    @Test("leave the same gaps in every language", arguments: Language.allCases)
    func gaps(_ language: Language) {
        let english = Self.phrases(Language.english.words)
        let phrases = Self.phrases(language.words)
        #expect(english.count > 100)
        #expect(phrases.keys == english.keys)
        for (place, phrase) in phrases {
            #expect(Set(phrase.gaps) == Set(english[place]?.gaps ?? []), "\(place)")
            #expect(!phrase.text.isEmpty, "\(place)")
        }
    }

    @Test("are not left in English")
    func translated() {
        let english = Self.phrases(.english)
        let same = Self.phrases(.german).filter { $0.value.text == english[$0.key]?.text }.map(\.value.text)
        #expect(Set(same) == ["Website", "Code", "April", "August", "September", "November"])
    }

    @Test("have a sentence for every error, in every language", arguments: ErrorPage.Code.allCases)
    func errors(_ code: ErrorPage.Code) {
        let english = Words.english.errors.sentence(code)
        let german = Words.german.errors.sentence(code)
        #expect(english.title.text != german.title.text)
        #expect(english.text.text != german.text.text)
        for sentence in [english, german] { #expect(sentence.title.gaps + sentence.text.gaps == []) }
    }

    @Test(
        "are in the language that was asked for",
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

    /// Every phrase of a table, by the way to it.
    private static func phrases(_ words: Words) -> [String: Phrase] {
        var found: [String: Phrase] = [:]
        func collect(_ value: Any, _ path: String) {
            if let phrase = value as? Phrase { found[path] = phrase }
            for (index, child) in Mirror(reflecting: value).children.enumerated() where !(value is Phrase) {
                collect(child.value, "\(path).\(child.label ?? "\(index)")")
            }
        }
        collect(words, "words")
        return found
    }
}
