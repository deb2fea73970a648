import Testing

@testable import Admin

@Suite("The dashboard")
struct DashboardTests {
    private let page = String(decoding: Dashboard.answer.body, as: UTF8.self)

    @Test("asks nobody else for anything")
    func selfContained() {
        for word in ["http://", "https://", "@import", "src=", "innerHTML"] {
            #expect(!self.page.contains(word))
        }
    }

    @Test("allows only its own style and script, by a nonce of one answer")
    func contentSecurityPolicy() throws {
        let one = Dashboard.answer, other = Dashboard.answer
        let policy = try #require(one.contentSecurityPolicy)
        #expect(policy.hasPrefix("default-src 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(policy != other.contentSecurityPolicy)
    }

    @Test("has light and dark colours, and a width for phones")
    func readable() {
        #expect(self.page.contains("color-scheme: light dark"))
        #expect(self.page.contains("width=device-width"))
    }
}
