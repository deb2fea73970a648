import Endpoints
import PageReading
import Testing

@testable import Login

@Suite("Pages of signing in say")
struct LoginPagesTests {
    private let context = PageContext(language: .english, service: .shownInTests)

    private func failed(_ cause: FailedPage.Cause) throws -> HTMLReader {
        try HTMLReader(FailedPage(context: self.context, cause: cause, requestID: "r-1").page)
    }

    @Test("with whom one can sign in, in the order of the policy, and take the target along")
    func chooser() throws {
        let page = try HTMLReader(
            ChooserPage(context: self.context, providers: ProviderCard.all, target: "/app?a=b&c#d").page
        )
        #expect(
            page.all("a").map { $0.attributes["href"] } == [
                "/oauth2/start?provider=corp&rd=%2Fapp%3Fa%3Db%26c%23d",
                "/oauth2/start?provider=google&rd=%2Fapp%3Fa%3Db%26c%23d",
                "/oauth2/start?provider=github&rd=%2Fapp%3Fa%3Db%26c%23d",
            ]
        )
        for name in ["corp", "Google", "GitHub"] { #expect(page.text.contains("Continue with \(name)")) }
        let plain = try HTMLReader(ChooserPage(context: self.context, providers: [.corp]).page)
        #expect(plain.all("a").map { $0.attributes["href"] } == ["/oauth2/start?provider=corp"])
    }

    @Test(
        "a provider's name as its owners write it, unless the operator has another for it",
        arguments: [
            ("google", .issuer("https://a", preset: .google), "Google"),
            ("auth0", .issuer("https://a", preset: .auth0), "Auth0"),
            ("keycloak", .issuer("https://a", preset: .keycloak), "Keycloak"),
            ("entra", .issuer("https://a", preset: .entra), "Microsoft Entra"), ("github", .github, "GitHub"),
            ("work", .issuer("https://a", preset: .google), "work"), ("code", .github, "code"),
            ("github", .issuer("https://a", preset: nil), "github"), ("google", .embedded, "google"),
        ] as [(String, ProviderSettings.Kind, String)]
    )
    func titles(_ name: String, _ kind: ProviderSettings.Kind, _ title: String) {
        #expect(ProviderCard.inTests(name, kind).title.text == title)
    }

    @Test("B7: that signing out is asked for, here or everywhere, and let the answer go to the provider")
    func signOut() throws {
        let page = SignOutPage(
            context: self.context,
            user: LoginSpecimens.user,
            redirect: WebOrigin(of: "https://login.example.com/end"),
            form: .inTests,
            stay: PageLink("/app")
        ).page
        let read = try HTMLReader(page)
        #expect(read.text.contains("You are signed in as alice@example.com."))
        #expect(read.all("button").map { $0.attributes["name"] } == ["scope", "scope"])
        #expect(read.all("button").map { $0.attributes["value"] } == ["here", "everywhere"])
        #expect(read.all("a").map { $0.attributes["href"] } == ["/app"])
        let fields = Dictionary(uniqueKeysWithValues: page.fields.map { ("\($0.name)", $0.value) })
        #expect(fields["Content-Security-Policy"]?.contains("form-action 'self' https://login.example.com;") == true)
    }

    @Test("where somebody may still be signed in")
    func signedOut() throws {
        let page = try HTMLReader(SignedOutPage(context: self.context, stillAt: .github).page)
        #expect(page.text.contains("At GitHub you may still be signed in."))
        let quiet = try HTMLReader(SignedOutPage(context: self.context).page)
        #expect(!quiet.text.contains("still"))
    }

    @Test("who was not let in and by which rule", arguments: DeniedPage.Rule.allCases)
    func denied(_ rule: DeniedPage.Rule) throws {
        let page = DeniedPage(
            context: self.context,
            provider: .corp,
            user: LoginSpecimens.user,
            rule: rule,
            requestID: "r-1"
        )
        let text = try HTMLReader(page.page).text
        #expect(text.contains("You have signed in at corp as alice@example.com"))
        let words = LoginWords.english.denied
        for other in DeniedPage.Rule.allCases {
            let sentence = words.sentence(other).text.prefix { $0 != "{" }
            #expect(text.contains(sentence) == (other == rule))
        }
        #expect(text.contains("Error sign_in_denied, request r-1"))
        #expect(DeniedPage.status == 403)
    }

    @Test(
        "what a provider's failure means for people",
        arguments: [
            (.unavailable("connect: refused by 10.0.0.7"), 503, "corp cannot be reached right now."),
            (.refused("access_denied"), 400, "The sign-in at corp was cancelled."),
            (.refused("invalid_grant"), 400, "It said: invalid_grant"),
            (.invalid("nonce differs"), 400, "corp gave an answer that cannot be used."),
        ] as [(ProviderFailure, UInt16, String)]
    )
    func failures(_ failure: ProviderFailure, _ status: UInt16, _ sentence: String) throws {
        let cause = FailedPage.Cause(failure, of: .corp)
        let text = try self.failed(cause).text
        #expect(cause.status == status)
        #expect(text.contains(sentence))
        #expect(!text.contains("10.0.0.7") && !text.contains("nonce"))
        #expect(text.contains("Error sign_in_failed, request r-1"))
    }

    @Test("RP14: no more than 256 printable characters of what a provider says")
    func providerText() throws {
        let text = "<b>\u{202E}\u{0}" + String(repeating: "é\r\n", count: 500)
        let page = try self.failed(.refused(.corp, text))
        let said = try #require(page.text.firstMatch(of: #/It said: ([^\n]*)/#).map { String($0.1) })
        #expect(said.unicodeScalars.count <= FailedPage.providerTextLimit)
        #expect(said.unicodeScalars.count > FailedPage.providerTextLimit - 3)
        #expect(said.hasPrefix("<b>é é"))
        #expect(page.all("b").isEmpty)
        #expect(!(try self.failed(.refused(.corp, "\u{200B}")).text.contains("It said")))
    }

    @Test(
        "where to try again, if it is a place of the gateway's or a page of the web",
        arguments: [
            ("/app?a=b", "/app?a=b"), ("https://app.example.com/x", "https://app.example.com/x"),
            ("//evil.example", nil), ("javascript:alert(1)", nil), ("com.example.app:/x", nil), ("", nil),
        ] as [(String, String?)]
    )
    func again(_ target: String, _ expected: String?) throws {
        let link = PageLink(target)
        let page = FailedPage(context: self.context, cause: .flow, requestID: "r-1", again: link).page
        #expect(try HTMLReader(page).all("a").first?.attributes["href"] == expected)
    }

    @Test(
        "why a sign-in loops, and which setting ends it",
        arguments: [
            (.cookieRefused, "does not keep the cookie", "Set-Cookie"),
            (.secureOnHTTP, "opened over http", "login.base_url"),
            (
                .wrongDomain(cookie: ForeignText("app.example.com"), page: ForeignText("www.example.org")),
                "is for app.example.com, but you came back at www.example.org", "login.cookie.domain"
            ),
            (.clock, "A clock is wrong", "gatehouse doctor"),
            (.size, "does not fit into a cookie", "login.session.store: state"),
            (.unknown, "each time it was forgotten", "gatehouse doctor"),
        ] as [(DiagnosisPage.Cause, String, String)]
    )
    func diagnosis(_ cause: DiagnosisPage.Cause, _ sentence: String, _ setting: String) throws {
        let page = DiagnosisPage(context: self.context, cause: cause, requestID: "r-1")
        let text = try HTMLReader(page.page).text
        #expect(text.contains(sentence))
        #expect(text.contains(setting))
        #expect(text.contains("What you can do"))
        #expect(text.contains("Error sign_in_failed, request r-1"))
        #expect(DiagnosisPage.status == 400)
    }
}

@Suite("The words of signing in")
struct LoginWordsTests {
    private let english = phrases(in: LoginWords.english)
    private let german = phrases(in: LoginWords.german)

    @Test("leave the same gaps in every language")
    func gaps() {
        #expect(self.english.count > 40)
        #expect(self.english.keys == self.german.keys)
        for (place, phrase) in self.german { #expect(Self.gaps(phrase) == Self.gaps(self.english[place]), "\(place)") }
    }

    @Test("are not left in English")
    func translated() {
        for (place, phrase) in self.german { #expect(phrase.text != self.english[place]?.text, "\(place)") }
    }

    private static func gaps(_ phrase: Phrase?) -> Set<String> {
        Set((phrase?.text ?? "").matches(of: #/\{[a-z]+\}/#).map { String($0.0) })
    }
}
