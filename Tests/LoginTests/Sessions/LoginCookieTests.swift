import Testing

@testable import Login

@Suite("The cookies of sign-in")
struct LoginCookieTests {
    private static func flowCookie(
        _ base: String,
        _ sameSite: CookieSettings.SameSite = .lax,
        domain: String? = nil
    ) -> LoginCookie {
        var settings = CookieSettings()
        settings.sameSite = sameSite
        settings.domain = domain
        return LoginCookie(flow: settings, baseURL: BaseURL(base)!)
    }

    @Test(
        "RP1: the flow cookie comes back from the provider's page, and stays with this host, whatever the session's does",
        arguments: [.lax, .strict, .none] as [CookieSettings.SameSite],
        [nil, "example.com"]
    )
    func flow(_ sameSite: CookieSettings.SameSite, _ domain: String?) {
        let secure = Self.flowCookie("https://app.example.com", sameSite, domain: domain)
        let attributes = "; Path=/; HttpOnly; SameSite=Lax"
        #expect(secure.line("x", maximumAge: 600) == "__Host-gatehouse_flow=x\(attributes); Secure; Max-Age=600")
        let plain = Self.flowCookie("http://[::1]:8080", sameSite, domain: domain)
        #expect(plain.line("x", maximumAge: 600) == "gatehouse_flow=x\(attributes); Max-Age=600")
    }

    @Test("has no time left rather than less", arguments: [(Int64.min, 0), (-1, 0), (0, 0), (1, 1)] as [(Int64, Int)])
    func age(_ age: Int64, _ written: Int) {
        #expect(Self.flowCookie("https://app.example.com").line("x", maximumAge: age).hasSuffix("; Max-Age=\(written)"))
    }

    @Test("is removed under its name, with its attributes")
    func removal() {
        let line = "__Host-gatehouse_flow_2=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"
        #expect(Self.flowCookie("https://app.example.com").removal(suffix: "_2") == line)
    }
}
