import PageReading
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("Every page")
struct SpecimenTests {
    @Test("is written without a fault, whatever the names in it", arguments: Specimen.all)
    func wellFormed(_ specimen: Specimen) throws {
        let page = try HTMLReader(specimen.page)
        #expect(page.all("h1").count == 1)
        #expect(page.all("main").count == 1)
        #expect(page.tags.first?.attributes["lang"] == specimen.page.language.rawValue)
        #expect(page.tags.flatMap(\.attributes.keys).allSatisfy { !$0.hasPrefix("on") && $0 != "style" && $0 != "src" })
        #expect(page.text.unicodeScalars.allSatisfy { !(0x202A...0x202E).contains($0.value) && $0 != "\u{0}" })
    }

    @Test("posts its forms to the path that it was given, with the fields that it was given", arguments: Specimen.all)
    func forms(_ specimen: Specimen) throws {
        let page = try HTMLReader(specimen.page)
        for form in page.all("form") {
            #expect(form.attributes["method"] == "post")
            #expect(form.attributes["action"]?.hasPrefix("/identity/") == true)
        }
        let tokens = page.tags.filter { $0.attributes["name"] == "csrf" }.map { $0.attributes["value"] }
        #expect(tokens.allSatisfy { $0 == PageForm.proofInTests })
        #expect(tokens.count == page.all("form").count || specimen.name.hasPrefix("hostile"))
    }

    @Test("allows its own style sheet, and nothing unsafe", arguments: Specimen.all)
    func style(_ specimen: Specimen) throws {
        #expect(try HTMLReader(specimen.page).style == StyleSheet.text)
        #expect(specimen.page.contentSecurityPolicy.contains("style-src \(StyleSheet.source)"))
        #expect(!specimen.page.contentSecurityPolicy.contains("unsafe"))
    }

    @Test("links to web pages and to paths of this server alone", arguments: Specimen.all)
    func links(_ specimen: Specimen) throws {
        for link in try HTMLReader(specimen.page).all("a").compactMap({ $0.attributes["href"] }) {
            #expect(WebURL(link) != nil || PagePath(link) != nil, "\(link)")
        }
    }

    @Test("of errors has a status, its code and the request's identifier", arguments: ErrorPage.Code.allCases)
    func errors(_ code: ErrorPage.Code) throws {
        let context = PageContext(language: .english, service: .shownInTests)
        let text = try HTMLReader(ErrorPage.inTests(context, code: code).page).text
        #expect((400...503).contains(code.status))
        #expect(text.contains("Error \(code.rawValue), request 4d1c2b7a9e"))
        #expect(text.contains(context.words.errors.sentence(code).text.text))
    }
}
