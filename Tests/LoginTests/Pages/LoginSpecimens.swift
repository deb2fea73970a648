import Endpoints
import PageReading
import Telemetry

@testable import Login

extension ProviderCard {
    static func inTests(_ name: String, _ kind: ProviderSettings.Kind) -> ProviderCard {
        ProviderCard(ProviderSettings(name: name, kind: kind, clientID: "gatehouse", authentication: .embedded))
    }

    static let corp = ProviderCard.inTests("corp", .issuer("https://login.example.com", preset: nil))
    static let github = ProviderCard.inTests("github", .github)
    static let all = [Self.corp, .inTests("google", .issuer("https://accounts.example", preset: .google)), .github]
}

/// Each page of signing in with each of its faces, in each language.
enum LoginSpecimens {
    static let all: [Specimen] = Language.allCases.flatMap { language in
        let context = PageContext(language: language, service: .shownInTests)
        let pages = Self.usual(context) + Self.failures(context) + Self.diagnoses(context) + Self.hostile(context)
        return pages.map { Specimen(name: "login-\($0.name).\(language.rawValue)", page: $0.page) }
    }

    typealias Named = (name: String, page: Page)

    static let user = ForeignText("alice@example.com")
    static let requestID = "4d1c2b7a9e"
    static let again = PageLink("/oauth2/start?rd=%2Fapp")

    static let causes: [(name: String, FailedPage.Cause)] = [
        ("malformed", .malformed), ("target", .target), ("unknown-provider", .unknownProvider), ("flow", .flow),
        ("form", .form), ("cancelled", .cancelled(.corp)), ("refused", .refused(.corp, "temporarily_unavailable")),
        ("invalid", .invalid(.github)), ("unavailable", .unavailable(.corp)),
    ]

    static let diagnoses: [(name: String, DiagnosisPage.Cause)] = [
        ("cookie-refused", .cookieRefused), ("secure-on-http", .secureOnHTTP),
        (
            "wrong-domain",
            .wrongDomain(cookie: ForeignText("app.example.com"), page: ForeignText("www.example.org"))
        ),
        ("clock", .clock), ("size", .size), ("unknown", .unknown),
    ]

    private static func usual(_ context: PageContext) -> [Named] {
        let chooser = ChooserPage(context: context, providers: ProviderCard.all, target: "/app?a=b&c")
        let signOut = SignOutPage(context: context, user: self.user, form: .inTests, stay: PageLink("/app"))
        return [
            ("chooser", chooser.page), ("sign-out", signOut.page),
            ("sign-out-plain", SignOutPage(context: context, form: .inTests).page),
            ("signed-out", SignedOutPage(context: context).page),
            ("signed-out-still", SignedOutPage(context: context, stillAt: .github, again: PageLink("/app")).page),
        ] + DeniedPage.Rule.allCases.map { rule in ("denied-\(rule)", self.denied(context, rule)) }
    }

    private static func denied(_ context: PageContext, _ rule: DeniedPage.Rule) -> Page {
        DeniedPage(
            context: context,
            provider: .corp,
            user: self.user,
            rule: rule,
            requestID: self.requestID,
            another: self.again
        ).page
    }

    private static func failures(_ context: PageContext) -> [Named] {
        self.causes.map { name, cause in
            let page = FailedPage(context: context, cause: cause, requestID: self.requestID, again: self.again)
            return ("failed-\(name)", page.page)
        }
    }

    private static func diagnoses(_ context: PageContext) -> [Named] {
        self.diagnoses.map { name, cause in
            let page = DiagnosisPage(context: context, cause: cause, requestID: self.requestID, again: self.again)
            return ("diagnosis-\(name)", page.page)
        }
    }

    /// Every place that somebody else's text can get to, filled with the worst of it.
    private static func hostile(_ context: PageContext) -> [Named] {
        let worst = HostileText.all.joined()
        let provider = ProviderCard.inTests(worst, .embedded)
        let text = ForeignText(worst)
        let denied = DeniedPage(context: context, provider: provider, user: text, rule: .group, requestID: worst)
        let failed = FailedPage(context: context, cause: .refused(provider, worst), requestID: worst)
        return [
            ("hostile-chooser", ChooserPage(context: context, providers: [provider], target: worst).page),
            ("hostile-sign-out", SignOutPage(context: context, user: text, form: .inTests).page),
            ("hostile-denied", denied.page), ("hostile-failed", failed.page),
            (
                "hostile-diagnosis",
                DiagnosisPage(context: context, cause: .wrongDomain(cookie: text, page: text), requestID: worst).page
            ),
        ]
    }
}
