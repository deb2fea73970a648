import PageReading
import Testing

@testable import AuthorizationServer
@testable import Endpoints

extension Specimen {
    /// Each page with each of its faces, in each language.
    static let all: [Specimen] = Language.allCases.flatMap { language in
        let context = PageContext(language: language, service: .shownInTests)
        return Self.groups.flatMap { $0(context) }.map { name, page in
            Specimen(name: "\(name).\(language.rawValue)", page: page)
        }
    }

    private static let groups: [@Sendable (PageContext) -> [Named]] = [
        Self.signIn, Self.consent, Self.device, Self.account, Self.ends, Self.hostile,
    ]

    typealias Named = (String, Page)

    @Sendable
    private static func signIn(_ context: PageContext) -> [Named] {
        let reasons: [(String, SignInPage.Reason, String)] = [
            ("first", .first, ""), ("again", .again, "alice"), ("wrong", .wrongCredentials, "alice"),
            ("locked-out", .lockedOut(Wait(.seconds(15 * 60))), "alice"),
            ("busy", .busy(Wait(.seconds(1))), "alice"), ("expired", .expired, ""),
        ]
        let pages = reasons.map { name, reason, username in
            ("sign-in-\(name)", SignInPage.inTests(context, reason: reason, username: username).page)
        }
        return pages + [("sign-in-no-client", SignInPage(context: context, form: .inTests).page)]
    }

    @Sendable
    private static func consent(_ context: PageContext) -> [Named] {
        [
            ("consent-first", ConsentPage.inTests(context).page),
            ("consent-changed", ConsentPage.inTests(context, occasion: .changed).page),
            ("consent-confirm", ConsentPage.inTests(context, occasion: .confirm).page),
            (
                "consent-native",
                ConsentPage.inTests(context, redirect: WebOrigin(of: "com.example.notes:/callback")!, scopes: []).page
            ),
        ]
    }

    @Sendable
    private static func device(_ context: PageContext) -> [Named] {
        let wait = Wait(.seconds(95))
        return [
            ("device-code", DeviceCodePage(context: context, form: .inTests).page),
            (
                "device-code-unknown",
                DeviceCodePage(context: context, userCode: "BCDF-GHJK", problem: .unknownCode, form: .inTests).page
            ),
            (
                "device-code-locked-out",
                DeviceCodePage(context: context, problem: .lockedOut(wait), form: .inTests).page
            ),
            ("device-code-expired", DeviceCodePage(context: context, problem: .expired, form: .inTests).page),
            ("device-confirmation", DeviceConfirmationPage.inTests(context).page),
            ("device-approved", DeviceDonePage(context: context, client: .television, outcome: .approved).page),
            ("device-denied", DeviceDonePage(context: context, client: .television, outcome: .denied).page),
        ]
    }

    @Sendable
    private static func account(_ context: PageContext) -> [Named] {
        [
            ("account", AccountPage.inTests(context).page),
            ("account-empty", AccountPage.inTests(context, isEmpty: true, password: .managedElsewhere).page),
            ("account-notice", AccountPage.inTests(context, notice: .passwordChanged).page),
            (
                "account-problem",
                AccountPage.inTests(context, password: .changeable(minimumLength: 12, .wrongPassword)).page
            ),
            ("account-differ", AccountPage.inTests(context, password: .changeable(minimumLength: 12, .differ)).page),
        ]
    }

    @Sendable
    private static func ends(_ context: PageContext) -> [Named] {
        let back = WebURL("https://app.example.com/goodbye")!
        let errors = ErrorPage.Code.allCases.map { code in
            ("error-\(code.rawValue.replacing("_", with: "-"))", ErrorPage.inTests(context, code: code).page)
        }
        return errors + [
            ("sign-out", SignOutPage(context: context, form: .inTests).page),
            (
                "sign-out-client",
                SignOutPage(context: context, client: .notes, user: .alice, redirect: back.origin, form: .inTests).page
            ),
            ("signed-out", SignedOutPage(context: context).page),
            ("signed-out-back", SignedOutPage(context: context, back: back).page),
        ]
    }

    /// Every place that somebody else's text can get to, filled with the worst of it.
    @Sendable
    private static func hostile(_ context: PageContext) -> [Named] {
        let worst = HostileText.all.joined()
        let client = ClientCard(name: ForeignText(worst), site: WebURL("https://a.example/?x=%22%3E&y=1;z"))
        return [
            ("hostile-sign-in", SignInPage.inTests(context, client: client, username: worst).page),
            (
                "hostile-consent",
                ConsentPage(
                    context: context,
                    client: client,
                    user: ForeignText(worst),
                    scopes: HostileText.all.map { ScopeLine(name: $0, explanation: $0, isNew: true) }
                        + HostileText.all.map { ScopeLine(name: $0) },
                    occasion: .changed,
                    redirect: .shownInTests,
                    form: PageForm(
                        path: PagePath("/identity/consent")!,
                        hidden: [HiddenField(name: "flow", value: worst)]
                    )
                ).page
            ),
            ("hostile-device-code", DeviceCodePage(context: context, userCode: worst, form: .inTests).page),
            ("hostile-account", AccountPage.inTests(context, client: client).page),
            ("hostile-error", ErrorPage.inTests(context, code: .accessDenied, client: client).page),
        ]
    }
}
