import PageReading
import Testing

@testable import Endpoints

@Suite("Every page of signing in")
struct LoginSpecimenTests {
    @Test("RP14: is written without a fault, whatever the texts in it", arguments: LoginSpecimens.all)
    func wellFormed(_ specimen: Specimen) throws {
        let page = try HTMLReader(specimen.page)
        #expect(page.all("h1").count == 1)
        #expect(page.all("main").count == 1)
        #expect(page.tags.first?.attributes["lang"] == specimen.page.language.rawValue)
        #expect(page.tags.flatMap(\.attributes.keys).allSatisfy { !$0.hasPrefix("on") && $0 != "style" && $0 != "src" })
        #expect(page.text.unicodeScalars.allSatisfy { !(0x202A...0x202E).contains($0.value) && $0 != "\u{0}" })
    }

    @Test("RP13: is framed by nobody, kept by nobody, and fetches nothing", arguments: LoginSpecimens.all)
    func fields(_ specimen: Specimen) throws {
        let fields = Dictionary(uniqueKeysWithValues: specimen.page.fields.map { ("\($0.name)", $0.value) })
        let hasForm = try !HTMLReader(specimen.page).all("form").isEmpty
        let policy = try #require(fields["Content-Security-Policy"])
        #expect(policy.hasPrefix("default-src 'none'; style-src \(StyleSheet.source); form-action "))
        #expect(policy.contains("frame-ancestors 'none'"))
        #expect(policy.contains("form-action \(hasForm ? "'self'" : "'none'");"))
        #expect(fields["Cache-Control"] == "no-store")
        #expect(fields["Referrer-Policy"] == (hasForm ? "same-origin" : "no-referrer"))
        #expect(fields["X-Frame-Options"] == "DENY")
    }

    @Test("posts its forms with the token that it was given", arguments: LoginSpecimens.all)
    func forms(_ specimen: Specimen) throws {
        let page = try HTMLReader(specimen.page)
        #expect(page.all("form").allSatisfy { $0.attributes["method"] == "post" })
        let tokens = page.tags.filter { $0.attributes["name"] == "csrf" }.map { $0.attributes["value"] }
        #expect(tokens == page.all("form").map { _ in PageForm.proofInTests })
    }

    @Test("RP3: links to paths of the gateway alone", arguments: LoginSpecimens.all)
    func links(_ specimen: Specimen) throws {
        for link in try HTMLReader(specimen.page).all("a").compactMap({ $0.attributes["href"] }) {
            #expect(PagePath(link) != nil, "\(link)")
        }
    }
}
