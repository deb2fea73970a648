import PageReading
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("The words")
struct WordsTests {
    @Test("leave the same gaps in every language", arguments: Language.allCases)
    func gaps(_ language: Language) {
        let english = phrases(in: Language.english.words)
        let phrases = phrases(in: language.words)
        #expect(english.count > 100)
        #expect(phrases.keys == english.keys)
        for (place, phrase) in phrases {
            #expect(Set(phrase.gaps) == Set(english[place]?.gaps ?? []), "\(place)")
            #expect(!phrase.text.isEmpty, "\(place)")
        }
    }

    @Test("are not left in English")
    func translated() {
        let english = phrases(in: Words.english)
        let same = phrases(in: Words.german).filter { $0.value.text == english[$0.key]?.text }.map(\.value.text)
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
}
