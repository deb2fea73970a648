import OAuth
import Testing

@testable import Policy

@Suite("Protected headers")
struct ProtectedHeadersTests {
    private func pattern(_ name: String, _ routes: [RouteSettings]) -> String? {
        let headers = ProtectedHeaders(routes)
        let index = headers.index(of: name.utf8Span.span)
        return index < 0 ? nil : headers.patterns[index]
    }

    // CVE-2025-64484 (oauth2-proxy), CVE-2026-39858 (Traefik): names that an upstream folds.
    @Test(
        "compares names folded",
        arguments: [
            ("X-Auth-Subject", "X-Auth-*"),
            ("x-auth-subject", "X-Auth-*"),
            ("X_Auth_Subject", "X-Auth-*"),
            ("x.auth.anything", "X-Auth-*"),
            ("X-Auth-", "X-Auth-*"),
            ("X-Auth", nil),
            ("X-Authorised", nil),
            ("Remote-User", "Remote-User"),
            ("REMOTE_USER", "Remote-User"),
            ("Remote-Users", nil),
            ("Remote-Use", nil),
            ("X-Forwarded-Email", "X-Forwarded-Email"),
            ("Referer", nil),
            ("Authorization", nil),
            ("Accept", nil),
            ("", nil),
        ]
    )
    func folded(_ name: String, _ expected: String?) throws {
        #expect(self.pattern(name, [try route("/")]) == expected)
    }

    @Test("protects what any route injects, on all of them")
    func injected() throws {
        var first = try route("/a")
        first.identity.headers = [IdentityHeaderSettings(name: "Team", source: .claims([ClaimSelector("team")!]))]
        first.identity.strip = []
        var second = try route("/b")
        second.identity.headers = []
        second.identity.strip = ["Who-*"]
        second.requestHeaders = [
            HeaderSettings(name: "X-Api-Key", value: "k"), HeaderSettings(name: "Accept", value: "text/csv"),
            HeaderSettings(name: "authorization", value: "Basic x"),
        ]
        let routes = [first, second]
        #expect(ProtectedHeaders(routes).patterns == ["Team", "Who-*", "X-Api-Key"])
        #expect(self.pattern("team", routes) == "Team")
        #expect(self.pattern("x.api.key", routes) == "X-Api-Key")
        #expect(self.pattern("Accept", routes) == nil)
        #expect(self.pattern("Authorization", routes) == nil)
    }

    @Test("a lone star protects every name")
    func star() throws {
        var settings = try route("/")
        settings.identity.strip = ["*"]
        #expect(self.pattern("anything", [settings]) == "*")
    }
}
