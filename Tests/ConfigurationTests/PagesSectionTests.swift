import Endpoints
import Testing

@testable import Configuration

@Suite("The template of the pages")
struct PagesSectionTests {
    private static let frame = "<!doctype html><head><title>{{title}}</title></head>\n<body>{{content}}</body>\n"

    private static func problems(_ frame: String, _ key: String = "pages: { template: frame.html }") -> [String] {
        LoginFixture.problems(before: key, files: ["frame.html": frame])
    }

    @Test("stands around the pages of both, signing in and the authorization server")
    func both() throws {
        let before = LoginFixture.server + "\npages: { template: frame.html }"
        let settings = LoginFixture.settings(before: before, files: ["frame.html": Self.frame])
        let template = try PageTemplate(parsing: Self.frame)
        #expect(settings?.login?.template == template)
        #expect(settings?.authorizationServer?.template == template)
        #expect(LoginFixture.settings()?.login?.template == nil)
    }

    @Test("is a file of the policy, so that a reload follows it")
    func file() {
        let text = PolicyFixture.complete(LoginFixture.policy("", before: "pages: { template: frame.html }"))
        #expect(PolicyFixture.read(text, files: ["frame.html": Self.frame]).files.contains("frame.html"))
    }

    @Test("is refused with the place in it that is wrong")
    func wrong() {
        let broken = Self.frame.replacing("{{content}}", with: "{{contents}}")
        #expect(
            Self.problems(broken) == [
                "error: pages.template: frame.html:2:7: `{{contents}}` is no placeholder; there are `{{content}}`, "
                    + "`{{title}}`, `{{service}}` and `{{language}}`"
            ]
        )
        let running = Self.frame.replacing("<body>", with: "<body><script src=/a.js></script>")
        #expect(
            Self.problems(running) == [
                "error: pages.template: frame.html:2:7: `<script>` is not allowed in a template"
            ]
        )
    }

    @Test("has to be there, and named")
    func missing() {
        #expect(
            Self.problems(Self.frame, "pages: { template: other.html }").first?.contains(
                "the file `other.html` cannot be read"
            ) == true
        )
        #expect(
            Self.problems(Self.frame, "pages: {}") == [
                "error: pages: `template` is missing; an HTML file to stand around all pages"
            ]
        )
        #expect(
            Self.problems(Self.frame, "pages: { frame: frame.html, template: frame.html }") == [
                "error: pages.frame: unknown key"
            ]
        )
    }

    @Test("is of no use without pages")
    func idle() {
        let said = PolicyFixture.problems("pages: { template: frame.html }", files: ["frame.html": Self.frame])
        #expect(said == ["1:8: warning: pages: without `login` and `authorization_server` there are no pages"])
    }
}
