import Foundation
import PageReading
import Testing

@testable import Endpoints

@Suite("The policy of a page")
struct ContentSecurityPolicyTests {
    private static let style = "style-src \(StyleSheet.source)"

    @Test(
        "lets a form go to this server and to where the answer leads",
        arguments: [
            (nil, "'self'"), ("https://notes.example.com:8443/callback?x", "'self' https://notes.example.com:8443"),
            ("http://127.0.0.1:49152/", "'self' http://127.0.0.1:49152"),
            ("com.example.notes:/callback", "'self' com.example.notes:"),
            // There is no host source for it.
            ("http://[::1]:49152/", "'self' http:"),
        ] as [(String?, String)]
    )
    func forms(_ redirect: String?, _ expected: String) {
        let policy = ContentSecurityPolicy(redirect: redirect.flatMap { WebOrigin(of: $0) }, hasForms: true)
        let rest = "frame-ancestors 'none'; base-uri 'none'"
        #expect(policy.value == "default-src 'none'; \(Self.style); form-action \(expected); \(rest)")
    }

    @Test("knows the pages that have no form")
    func noForms() {
        #expect(self.page { Phrase("Done") }.contentSecurityPolicy.contains("form-action 'none';"))
        let form = PageForm.inTests.markup { Button(label: "Go on").markup }
        #expect(self.page { Element.div { form } }.contentSecurityPolicy.contains("form-action 'self';"))
    }

    @Test("names the style sheet as it stands in the page")
    func style() throws {
        let page = self.page { Phrase("Done") }
        #expect(try HTMLReader(page).style == StyleSheet.text)
        #expect(page.contentSecurityPolicy.contains(Self.style))
        #expect(!page.contentSecurityPolicy.contains("unsafe"))
    }

    @Test("has the hash in the usual alphabet")
    func hash() throws {
        let source = try #require(StyleSheet.source.wholeMatch(of: #/'sha256-([A-Za-z0-9+\/]{43}=)'/#))
        #expect(Data(base64Encoded: String(source.1))?.count == 32)
    }

    @Test("RP13: goes with the fields that every page has")
    func fields() {
        let page = self.page(.german) { Phrase("Fertig") }
        let fields = self.fields(of: page)
        #expect(fields["Content-Security-Policy"] == page.contentSecurityPolicy)
        #expect(fields["Content-Language"] == "de")
        #expect(fields["Cache-Control"] == "no-store")
        #expect(fields["X-Frame-Options"] == "DENY")
        #expect(fields["Referrer-Policy"] == "no-referrer")
    }

    @Test("lets a form say where it comes from")
    func referrer() {
        let page = self.page { PageForm.inTests.markup { Button(label: "Go on").markup } }
        #expect(self.fields(of: page)["Referrer-Policy"] == "same-origin")
    }

    private func fields(of page: Page) -> [String: String] {
        Dictionary(uniqueKeysWithValues: page.fields.map { ("\($0.name)", $0.value) })
    }

    private func page(_ language: Language = .english, @MarkupBuilder content: () -> [Markup]) -> Page {
        let context = PageContext(language: language, service: .shownInTests)
        return PageFrame(context: context, title: "A page").page(content: content)
    }
}
