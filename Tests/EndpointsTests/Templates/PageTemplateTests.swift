import Testing

@testable import Endpoints

@Suite("A template of pages")
struct PageTemplateTests {
    static let small = """
        <!doctype html>
        <html lang="{{language}}"><head><title>{{title}} - {{service}}</title>
        <style>:root { --accent: #7a1f5c }</style></head>
        <body><header><img src="/logo.svg" alt="{{ service }}"></header>{{content}}<footer>{{service}}</footer></body></html>

        """

    private static func page(
        _ text: String,
        title: Phrase = "Sign in & go on",
        isWide: Bool = false,
        hasProblem: Bool = false
    ) throws -> Page {
        let service = try #require(WebOrigin(of: "https://app.example.com"))
        let context = PageContext(language: .english, service: service, template: try PageTemplate(parsing: text))
        return PageFrame(context: context, title: title, isWide: isWide, hasProblem: hasProblem).page {
            Element.p { ForeignText("<b>") }
        }
    }

    private static func text(_ page: Page) -> String { String(decoding: page.body, as: UTF8.self) }

    private static func fault(_ text: String) -> PageTemplateFault? {
        do throws(PageTemplateFault) {
            _ = try PageTemplate(parsing: text)
            return nil
        } catch {
            return error
        }
    }

    /// `{{content}}` and a head around what is looked at.
    private static func around(_ text: String) -> String { "<head></head>\(text){{content}}" }

    @Test("has places for the page, its title, the service and the language, each escaped for its place")
    func places() throws {
        let text = Self.text(try Self.page(Self.small))
        #expect(text.hasPrefix("<!doctype html>\n<html lang=\"en\"><head>"))
        #expect(text.contains("<title>Sign in &amp; go on - app.example.com</title>"))
        #expect(
            text.contains(
                "alt=\"app.example.com\"></header>\n<main class=\"card\">\n<h1 id=\"title\">Sign in &amp; go on</h1>"
            )
        )
        #expect(text.contains("<p>&lt;b&gt;</p></main><footer>app.example.com</footer>"))
        #expect(!text.contains("{{"))
    }

    @Test("brings the pages' own style sheet before its own, and both have their hash in the policy")
    func styles() throws {
        let page = try Self.page(Self.small)
        let text = Self.text(page)
        let (own, pages) = (text.firstRange(of: "--accent: #7a1f5c"), text.firstRange(of: StyleSheet.text))
        #expect(try #require(pages).upperBound < #require(own).lowerBound)
        let policy = page.contentSecurityPolicy
        let source = StyleSheet.source(of: ":root { --accent: #7a1f5c }")
        #expect(policy.contains("style-src \(StyleSheet.source) \(source); img-src 'self' data:; form-action"))
        #expect(policy.hasPrefix("default-src 'none'; ") && !policy.contains("script-src"))
    }

    @Test("widens nothing where there is none")
    func without() throws {
        let service = try #require(WebOrigin(of: "https://app.example.com"))
        let page = PageFrame(context: PageContext(language: .english, service: service), title: "Sign in").page {}
        #expect(!page.contentSecurityPolicy.contains("img-src"))
    }

    @Test("tells the tab of a problem, and a wide page how wide it is")
    func kinds() throws {
        #expect(Self.text(try Self.page(Self.small, hasProblem: true)).contains("<title>Error: Sign in"))
        #expect(
            Self.text(try Self.page(Self.small, isWide: true)).contains("<div class=\"wide\">\n<main class=\"card\">")
        )
    }

    @Test("is hashed as a browser reads it: with line feeds alone")
    func lineEnds() throws {
        let lines = "<head><style>a{b:c}\n\nd{e:f}</style></head>{{content}}"
        let carried = lines.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        #expect(try PageTemplate(parsing: carried) == PageTemplate(parsing: lines))
        #expect(try PageTemplate(parsing: carried.replacing("\r\n", with: "\r")) == PageTemplate(parsing: lines))
    }

    @Test(
        "takes what runs nothing and fetches nothing from others",
        arguments: [
            "<img src=\"/logo.svg\">", "<img src=data:image/png;base64,AAAA>", "<IMG SRC='DATA:image/png;base64,AA'/>",
            "<link rel=icon href=\"/favicon.ico\">", "<a href=\"https://example.com/help\">Help</a>",
            "<a href=\"mailto:help@example.com\">Help</a>", "<svg><use href=\"#mark\"/></svg>", "a < b {c} }}",
            "<style>@media(min-width:9rem){a{background:url('/a.png')}b{background:url(data:image/png;base64,A)}}</style>",
            "<!-- a comment with <script> in it -->", "<p class=on title=\"{{title}}\" data-online>",
        ]
    )
    func harmless(_ text: String) {
        #expect(Self.fault(Self.around(text)) == nil)
    }

    @Test(
        "is refused for what runs or fetches",
        arguments: [
            ("<script>1</script>", .element("script")), ("<SCRIPT src=/a.js>", .element("script")),
            ("<svg><script>", .element("script")), ("<iframe src=/a>", .element("iframe")),
            ("<base href=/>", .element("base")), ("<object data=/a>", .element("object")),
            ("<form action=/a>", .element("form")), ("<link rel=stylesheet href=/a.css>", .element("link")),
            ("<meta http-equiv=refresh content=0>", .attribute("http-equiv")),
            ("<img src=/a onerror=alert(1)>", .attribute("onerror")), ("<body/onload=a>", .attribute("onload")),
            ("<p style=\"color:red\">", .attribute("style")), ("<img srcset=\"/a 2x\">", .attribute("srcset")),
            ("<a href=\" java\nscript:alert(1)\">", .attribute("href")),
            ("<img src=\"https://a.example/b\">", .external("src")),
            ("<img src=//a.example/b>", .external("src")), ("<img src=\"/\\a.example/b\">", .external("src")),
            ("<img src=logo.svg>", .external("src")), ("<image xlink:href=http://a.example>", .external("xlink:href")),
            ("<img src=data:text/html,a>", .external("src")),
            ("<td background=http://a.example>", .external("background")),
            ("<style>@import '/a.css'</style>", .external("@import")),
            ("<style>a{b:url( \"https://a.example\" )}</style>", .external("url()")),
            ("<style>a{b:url(/c)url(//a.example)}</style>", .external("url()")),
        ] as [(String, PageTemplateFault.Reason)]
    )
    func refused(_ text: String, _ reason: PageTemplateFault.Reason) {
        #expect(Self.fault(Self.around(text))?.reason == reason)
    }

    @Test(
        "has the page exactly once, where text stands",
        arguments: [
            ("<head></head>", .noContent), ("{{content}}", .noHead), ("<head>{{content}}{{content}}", .secondContent),
            ("<head><p title=\"{{content}}\">", .misplaced("content")),
            ("<head><title>{{content}}</title>", .misplaced("content")),
            ("<head><!-- {{content}} -->", .misplaced("content")),
            ("<head><style>{{content}}</style>", .misplaced("content")),
            ("<head><p {{content}}>", .misplaced("content")), ("<head><p a={{content}}>", .misplaced("content")),
            ("<head></{{content}}>", .misplaced("content")),
            ("<head><textarea>{{content}}</textarea>", .misplaced("content")),
        ] as [(String, PageTemplateFault.Reason)]
    )
    func content(_ text: String, _ reason: PageTemplateFault.Reason) {
        #expect(Self.fault(text)?.reason == reason)
    }

    @Test(
        "has no other places, and none where nothing can be escaped",
        arguments: [
            ("{{name}}", .unknownPlaceholder("name")), ("{{ }}", .unknownPlaceholder("")),
            ("{{title", .unfinishedPlaceholder),
            ("{{title}", .unfinishedPlaceholder), ("<p a={{title}}>", .misplaced("title")),
            ("<p {{title}}>", .misplaced("title")),
            ("<style>{{title}}</style>", .misplaced("title")), ("<!--{{title}}-->", .misplaced("title")),
        ] as [(String, PageTemplateFault.Reason)]
    )
    func placeholders(_ text: String, _ reason: PageTemplateFault.Reason) {
        #expect(Self.fault(Self.around(text))?.reason == reason)
    }

    @Test(
        "ends what it begins",
        arguments: ["<p", "<p a=\"b", "<!-- ", "<style>a{}", "<title>a", "<p a"]
    )
    func ends(_ text: String) {
        #expect(Self.fault("<head></head>{{content}}" + text)?.reason == .unfinishedTag)
    }

    @Test("is text of bounded size with a bounded number of style sheets")
    func bounds() throws {
        let room = PageTemplate.maximumByteCount - Self.around("").utf8.count
        #expect(Self.fault(Self.around(String(repeating: "a", count: room))) == nil)
        #expect(Self.fault(Self.around(String(repeating: "a", count: room + 1)))?.reason == .tooLarge)
        let style = "<style>a{}</style>"
        #expect(Self.fault(Self.around(String(repeating: style, count: PageTemplate.maximumStyles))) == nil)
        let many = Self.around(String(repeating: style, count: PageTemplate.maximumStyles + 1))
        #expect(Self.fault(many)?.reason == .tooManyStyles)
        #expect(Self.fault(Self.around("a\0"))?.reason == .nul)
    }

    @Test("tells the place of a fault in lines and characters")
    func positions() {
        let fault = Self.fault("<head></head>\r\n<p>äö {{tittle}}</p>{{content}}")
        #expect(fault?.line == 2)
        #expect(fault?.column == 7)
    }
}
