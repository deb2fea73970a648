import Testing

@testable import Endpoints

@Suite("A request for an endpoint")
struct EndpointRequestTests {
    private func request(_ change: (inout EndpointRequest) -> Void) -> EndpointRequest {
        var request = EndpointRequest(method: .post, requestID: "r")
        change(&request)
        return request
    }

    @Test(
        "has a cookie if it is there once",
        arguments: [
            (["a=1"], "1"), (["b=2; a=1"], "1"), (["b=2", "a=1"], "1"), (["aa=2"], nil), ([], nil),
            (["a=1; a=1"], nil), (["a=1", "a=2"], nil), (["a=1; a=2", "b=3"], nil),
        ] as [([String], String?)]
    )
    func cookie(_ lines: [String], _ expected: String?) {
        let request = self.request { $0.cookies = lines.map { Array($0.utf8) } }
        #expect(request.cookie(named: "a").map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test(
        "has a form if it says so",
        arguments: [
            ("application/x-www-form-urlencoded", true), ("Application/X-WWW-Form-Urlencoded; charset=UTF-8", true),
            ("application/json", false), ("text/plain", false), ("application/x-www-form-urlencodedx", false),
            (nil, false),
        ] as [(String?, Bool)]
    )
    func form(_ type: String?, _ isForm: Bool) {
        let request = self.request {
            $0.contentType = type; $0.body = Array("a=b".utf8)
        }
        #expect((try? request.form()["a"]) == (isForm ? "b" : nil))
    }

    @Test("is answered in the language that its lines name together")
    func language() throws {
        let request = self.request { $0.acceptLanguage = ["fr", "en;q=0.4", "de;q=0.5"] }
        let service = try #require(WebOrigin(of: "https://app.example.com"))
        #expect(request.pageContext(of: service, in: nil).language == .german)
        #expect(request.pageContext(of: service, in: nil, uiLocales: "en").language == .english)
    }
}
