import Bytes
import Testing

@testable import Gateway

@Suite("Where a redirect leads")
struct RedirectTemplateTests {
    static let rows: [(String, String)] = [
        ("https://new.test/", "https://new.test/"),
        ("https://{host}{path}{query}", "https://api.test:81/a%20b?x=1&y"),
        ("{path}", "/a%20b"),
        ("{path}{path}", "/a%20b/a%20b"),
        ("/x{query}/z", "/x?x=1&y/z"),
        ("/{{host}", "/{host}"),
        ("/{other}", "/{other}"),
        ("/{", "/{"),
        ("", ""),
    ]

    @Test("puts host, path and query where they are named", arguments: rows)
    func parts(_ text: String, _ expected: String) {
        let template = RedirectTemplate(text, status: 308)
        let location = written {
            template.append(
                host: "api.test:81".utf8Span.span,
                path: "/a%20b".utf8Span.span,
                query: "?x=1&y".utf8Span.span,
                to: &$0
            )
        }
        #expect(location == expected)
        #expect(template.status == 308)
    }
}
