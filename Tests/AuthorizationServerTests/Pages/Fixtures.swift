@testable import AuthorizationServer
@testable import Endpoints

// What the specimens are made of.

extension WebOrigin {
    static let notes = WebOrigin(of: "https://notes.example.com/callback")!
}

extension ForeignText {
    static let alice = ForeignText("alice")
}

extension ClientCard {
    static let notes = ClientCard(
        name: ForeignText("Notes & Tasks"),
        site: WebURL("https://notes.example.com/"),
        policy: WebURL("https://notes.example.com/privacy"),
        terms: WebURL("https://notes.example.com/terms")
    )
    static let television = ClientCard(name: ForeignText("Living-room TV"))
}

extension PageTime {
    /// 21 November 2026, 13:21:05 UTC.
    static let inTests = PageTime(seconds: 1_795_267_265)
}

extension SignInPage {
    static func inTests(
        _ context: PageContext,
        reason: Reason = .first,
        client: ClientCard = .notes,
        username: String = ""
    ) -> SignInPage {
        SignInPage(
            context: context,
            client: client,
            username: username,
            reason: reason,
            redirect: .notes,
            form: .inTests
        )
    }
}

extension ConsentPage {
    static let scopesInTests = [
        ScopeLine(name: "openid"), ScopeLine(name: "profile"),
        ScopeLine(name: "items:read", explanation: "Read your items"),
        ScopeLine(name: "items:write", explanation: "Add and change items", isNew: true),
        ScopeLine(name: "offline_access", isNew: true), ScopeLine(name: "items:share", isNew: true),
    ]

    static func inTests(
        _ context: PageContext,
        occasion: Occasion = .first,
        redirect: WebOrigin = .notes,
        scopes: [ScopeLine] = Self.scopesInTests
    ) -> ConsentPage {
        ConsentPage(
            context: context,
            client: .notes,
            user: .alice,
            scopes: occasion == .changed
                ? scopes : scopes.map { ScopeLine(name: $0.name, explanation: $0.explanation) },
            occasion: occasion,
            redirect: redirect,
            form: .inTests
        )
    }
}

extension DeviceConfirmationPage {
    static func inTests(_ context: PageContext) -> DeviceConfirmationPage {
        DeviceConfirmationPage(
            context: context,
            client: .television,
            user: .alice,
            scopes: [ScopeLine(name: "items:read", explanation: "Read your items")],
            userCode: "BCDF-GHJK",
            requestedAt: .inTests,
            requestedFrom: ForeignText("2001:db8::4a7"),
            form: .inTests
        )
    }
}

extension AccountPage {
    static func inTests(
        _ context: PageContext,
        client: ClientCard = .notes,
        isEmpty: Bool = false,
        password: AccountPassword = .changeable(minimumLength: 12, nil),
        notice: Notice? = nil
    ) -> AccountPage {
        AccountPage(
            context: context,
            user: .alice,
            fullName: ForeignText("Alice Example"),
            email: ForeignText("alice@example.com"),
            consents: isEmpty ? [] : self.consents(client),
            signIns: isEmpty ? [] : self.signIns,
            password: password,
            notice: notice,
            form: .inTests
        )
    }

    private static func consents(_ client: ClientCard) -> [GrantedConsent] {
        [
            GrantedConsent(
                clientID: "notes",
                client: client,
                scopes: ConsentPage.scopesInTests,
                allowedAt: PageTime(seconds: PageTime.inTests.seconds - 86_400 * 40),
                lastUsedAt: .inTests
            ),
            GrantedConsent(
                clientID: "tv",
                client: .television,
                scopes: [ScopeLine(name: "items:read", explanation: "Read your items")],
                allowedAt: PageTime(seconds: PageTime.inTests.seconds - 86_400)
            ),
        ]
    }

    private static var signIns: [RecentSignIn] {
        let address = ForeignText("192.0.2.17")
        let firefox = BrowserName(userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0")
        return [
            RecentSignIn(time: .inTests, address: address, browser: firefox, outcome: .thisSession),
            RecentSignIn(
                time: PageTime(seconds: PageTime.inTests.seconds - 7_000),
                address: ForeignText("2001:db8:85a3:8d3:1319:8a2e:370:7348"),
                browser: BrowserName(userAgent: ""),
                outcome: .failed
            ),
            RecentSignIn(
                time: PageTime(seconds: PageTime.inTests.seconds - 86_400),
                address: address,
                browser: firefox
            ),
        ]
    }
}

extension ErrorPage {
    static func inTests(_ context: PageContext, code: Code, client: ClientCard? = nil) -> ErrorPage {
        ErrorPage(context: context, code: code, requestID: "4d1c2b7a9e", client: client)
    }
}
