import Bytes
import Testing

@testable import Policy

@Suite("Cross-origin requests")
struct CrossOriginTests {
    private static let app = "https://app.example.com"

    private func cors(
        _ origins: [String] = [Self.app],
        credentials: Bool = false,
        _ change: (inout CORSSettings) -> Void = { _ in }
    ) -> CORSSettings {
        var settings = CORSSettings(origins: origins)
        settings.credentials = credentials
        change(&settings)
        return settings
    }

    private func answerFields(_ settings: CORSSettings, origin: String) -> [String] {
        var buffer = ByteBuffer()
        let origin = Array(origin.utf8)
        CrossOrigin(settings).appendAnswerFields(origin: origin.span, to: &buffer)
        return buffer.span.string.split(separator: "\r\n").map(String.init)
    }

    // MARK: - Answers

    @Test(
        "lets pages of listed origins read answers, and no other",
        arguments: [
            (Self.app, ["Vary: Origin", "Access-Control-Allow-Origin: \(Self.app)"]),
            ("", ["Vary: Origin"]),
            ("https://evil.example", ["Vary: Origin"]),
            ("http://app.example.com", ["Vary: Origin"]),
            ("https://app.example.com:443", ["Vary: Origin"]),
            ("https://app.example.com.evil.example", ["Vary: Origin"]),
            ("HTTPS://APP.EXAMPLE.COM", ["Vary: Origin"]),
            ("null", ["Vary: Origin"]),
            ("*", ["Vary: Origin"]),
        ]
    )
    func origins(_ origin: String, _ expected: [String]) {
        #expect(self.answerFields(self.cors(), origin: origin) == expected)
    }

    @Test("says `*` when any origin may read, and nothing to requests that are not cross-origin")
    func anyOrigin() {
        #expect(self.answerFields(self.cors(["*"]), origin: Self.app) == ["Access-Control-Allow-Origin: *"])
        #expect(self.answerFields(self.cors(["*"]), origin: "") == [])
    }

    @Test("never says `*` with credentials")
    func credentials() {
        #expect(self.answerFields(self.cors(["*"], credentials: true), origin: Self.app) == ["Vary: Origin"])
        #expect(self.answerFields(self.cors(["*"], credentials: true), origin: "*") == ["Vary: Origin"])
        #expect(
            self.answerFields(self.cors(credentials: true), origin: Self.app) == [
                "Vary: Origin", "Access-Control-Allow-Origin: \(Self.app)", "Access-Control-Allow-Credentials: true",
            ]
        )
    }

    @Test("names the fields that pages may read")
    func exposed() {
        let settings = self.cors { $0.exposed = ["X-Total", "ETag"] }
        #expect(self.answerFields(settings, origin: Self.app).last == "Access-Control-Expose-Headers: X-Total, ETag")
    }

    @Test(
        "drops the upstream's own fields",
        arguments: [
            ("Access-Control-Allow-Origin", true), ("access-control-max-age", true), ("Access-Control-", false),
            ("Vary", false), ("X-Access-Control-Allow-Origin", false),
        ]
    )
    func upstreamFields(_ name: String, _ expected: Bool) {
        #expect(CrossOrigin.isAnswerField(name.utf8Span.span) == expected)
    }

    // MARK: - Preflights

    private func preflight(
        _ routes: [RouteSettings],
        _ method: String,
        path: String = "/items",
        origin: String = Self.app,
        headers: String = ""
    ) -> (Preflight, [String]) {
        var buffer = ByteBuffer()
        let host: [UInt8] = []
        let (path, origin, method) = (Array(path.utf8), Array(origin.utf8), Array(method.utf8))
        let headers = Array(headers.utf8)
        let answer = RouteTable(routes).preflight(
            host: host.span,
            path: path.span,
            origin: origin.span,
            requestedMethod: method.span,
            requestedHeaders: headers.span,
            to: &buffer
        )
        return (answer, buffer.span.string.split(separator: "\r\n").map(String.init))
    }

    private func routes(_ settings: CORSSettings? = nil) throws -> [RouteSettings] {
        var routes = try ["GET /items", "POST /items", "OPTIONS /items", "DELETE /items", "/open"].map { try route($0) }
        for index in [0, 1, 4] { routes[index].cors = settings ?? self.cors() }
        return routes
    }

    @Test(
        "is judged by the route that the requested method would choose",
        arguments: [
            ("GET", "/items", .answered(route: 0)),
            ("HEAD", "/items", .answered(route: 0)),
            ("POST", "/items", .answered(route: 1)),
            ("DELETE", "/items", .ordinary),
            ("PUT", "/items", .ordinary),
            ("TRACE", "/open", .ordinary),
            ("PURGE", "/open", .answered(route: 4)),
            ("GET", "/nothing", .ordinary),
            ("GET, POST", "/open", .ordinary),
            ("", "/open", .ordinary),
        ] as [(String, String, Preflight)]
    )
    func judged(_ method: String, _ path: String, _ expected: Preflight) throws {
        #expect(self.preflight(try self.routes(), method, path: path).0 == expected)
    }

    @Test("refuses other origins without a field for pages")
    func otherOrigin() throws {
        let (answer, fields) = self.preflight(try self.routes(), "POST", origin: "https://evil.example")
        #expect(answer == .refused(.originNotAllowed, route: 1))
        #expect(fields == [])
    }

    private static let vary = "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers"

    @Test("allows the methods of routes with the same cors, and the headers that were asked for")
    func fields() throws {
        let (_, fields) = self.preflight(try self.routes(), "POST", headers: "authorization, content-type")
        #expect(
            fields == [
                Self.vary, "Access-Control-Allow-Origin: \(Self.app)", "Access-Control-Allow-Methods: GET, HEAD, POST",
                "Access-Control-Allow-Headers: authorization, content-type",
            ]
        )
    }

    @Test("says what the policy lists")
    func configured() throws {
        let settings = self.cors(credentials: true) {
            $0.methods = ["POST"]
            $0.headers = ["Authorization"]
            $0.maximumAge = .seconds(600)
        }
        let (_, fields) = self.preflight(try self.routes(settings), "POST", headers: "x-other")
        #expect(
            fields == [
                Self.vary, "Access-Control-Allow-Origin: \(Self.app)", "Access-Control-Allow-Credentials: true",
                "Access-Control-Allow-Methods: POST", "Access-Control-Allow-Headers: Authorization",
                "Access-Control-Max-Age: 600",
            ]
        )
    }

    @Test("adds a method that nobody can list where any is taken")
    func otherMethod() throws {
        let (_, fields) = self.preflight(try self.routes(), "PURGE", path: "/open")
        #expect(fields.contains("Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, PURGE"))
    }

    @Test("echoes no header list that is none", arguments: ["x; y", "(a)", ",", " ", "é"])
    func brokenHeaderList(_ headers: String) throws {
        let (_, fields) = self.preflight(try self.routes(), "POST", headers: headers)
        #expect(!fields.contains { $0.hasPrefix("Access-Control-Allow-Headers") })
    }
}
