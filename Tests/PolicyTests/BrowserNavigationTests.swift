import HTTP
import Testing

@testable import Policy

@Suite("Browsers on their way to a page, and programs")
struct BrowserNavigationTests {
    private func isLikely(_ method: String, _ lines: [String]) throws -> Bool {
        let text = (["\(method) / HTTP/1.1", "Host: app.example.com"] + lines).map { $0 + "\r\n" }.joined() + "\r\n"
        let bytes = Array(text.utf8)
        var head = RequestHead()
        try #require(head.parse(bytes.span, limits: HeadLimits()) == .complete)
        return BrowserNavigation.isLikely(head, bytes.span)
    }

    @Test("Sec-Fetch-Mode decides, whatever the method and whatever else is said", arguments: ["GET", "HEAD", "POST"])
    func mode(_ method: String) throws {
        let others = [[], ["Accept: text/html"], ["Accept: application/json"], ["X-Requested-With: XMLHttpRequest"]]
        for other in others {
            #expect(try self.isLikely(method, other + ["Sec-Fetch-Mode: navigate"]))
            #expect(try self.isLikely(method, ["sec-fetch-mode: navigate"] + other))
            for mode in ["cors", "no-cors", "same-origin", "websocket", "", "Navigate", "navigate, navigate"] {
                #expect(try !self.isLikely(method, other + ["Sec-Fetch-Mode: \(mode)"]), "\(mode)")
            }
        }
    }

    @Test("of two modes neither is believed", arguments: ["navigate", "cors"])
    func repeated(_ other: String) throws {
        let fields = ["Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Mode: \(other)"]
        #expect(try !self.isLikely("GET", fields))
        #expect(try !self.isLikely("GET", fields.reversed()))
        #expect(try !self.isLikely("GET", fields + ["Sec-Fetch-Mode: navigate"]))
    }

    @Test(
        "without it who asks for HTML with GET or HEAD is one",
        arguments: [
            ("GET", true), ("HEAD", true), ("POST", false), ("PUT", false), ("DELETE", false), ("OPTIONS", false),
            ("get", false),
        ]
    )
    func method(_ method: String, _ expected: Bool) throws {
        #expect(try self.isLikely(method, ["Accept: text/html,application/xhtml+xml,*/*;q=0.8"]) == expected)
    }

    @Test(
        "without it a page is asked for by name",
        arguments: [
            ("text/html", true), ("TEXT/HTML", true), ("application/json, text/html;q=0.1", true),
            ("text/html;q=0", false), ("*/*", false), ("text/*", false), ("application/json", false),
            ("application/xhtml+xml", false), ("text/htmlx", false), ("", false),
        ]
    )
    func accept(_ value: String, _ expected: Bool) throws {
        #expect(try self.isLikely("GET", ["Accept: \(value)"]) == expected)
        #expect(try self.isLikely("GET", ["Accept: image/png", "Accept: \(value)"]) == expected)
        #expect(try !self.isLikely("GET", ["Accept: \(value)", "X-Requested-With: XMLHttpRequest"]))
    }

    @Test("without it a script that says so is none, whatever it says", arguments: ["XMLHttpRequest", "x", ""])
    func script(_ value: String) throws {
        #expect(try !self.isLikely("GET", ["Accept: text/html", "x-requested-with: \(value)"]))
    }

    @Test("who says nothing is none")
    func nothing() throws {
        #expect(try !self.isLikely("GET", []))
    }
}
