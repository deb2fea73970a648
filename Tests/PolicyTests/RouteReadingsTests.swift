import Bytes
import HTTP
import OAuth
import Testing

@testable import Policy

/// The reference's "one path, one meaning": a path is refused if an upstream could take it for one with another route.
@Suite("Other readings of a path")
struct RouteReadingsTests {
    /// `ok`, `refused`, or `404`, for a path in the form in which it came.
    private func verdict(_ raw: String, _ routes: [RouteSettings], method: String = "GET") -> String {
        guard let path = self.normalForm(raw) else { return "400" }
        let table = RouteTable(routes)
        guard case .route(let match) = table.find(method, path) else { return "404" }
        let host: [UInt8] = []
        let agree = table.readingsAgree(
            with: match,
            host: host.span,
            path: path.utf8Span.span,
            method: Method(method.utf8Span.span),
            methodName: method.utf8Span.span
        )
        return agree ? "ok" : "refused"
    }

    private func normalForm(_ raw: String) -> String? {
        var buffer = ByteBuffer()
        let bytes = Array(raw.utf8)
        switch PathNormaliser.normalise(path: bytes.span, allowEncodedSlash: true, into: &buffer) {
        case .unchanged: return raw
        case .changed: return buffer.span.string
        case .refused: return nil
        }
    }

    // CVE-2021-29492 (Envoy, Istio), GHSA-p224-6x5r-fjpm (Oathkeeper).
    @Test(
        "refuses what somebody could read as another route",
        arguments: [
            ("/public/a", "ok"),
            ("/public/a%20b", "ok"),
            ("/public/100%25", "ok"),
            ("/public/a;v=1", "ok"),
            ("/public/a%2Fb", "ok"),
            ("/public/..%2Fadmin", "refused"),
            ("/public/%2e%2e%2Fadmin", "refused"),
            ("/public/%252e%252e%252Fadmin", "refused"),
            ("/public/..;/admin", "refused"),
            ("/public/..%3B/admin", "refused"),
            ("/public/..%253B/admin", "refused"),
            ("/public/a/..%3Fx", "ok"),
            ("/public/..%3Fx", "refused"),
            ("/public%3Fx", "404"),
            ("/public/../admin", "ok"),
            ("//admin", "ok"),
            ("/admin;/public", "404"),
        ]
    )
    func refuses(_ path: String, _ expected: String) throws {
        let routes = try ["/public/**", "/admin", "/"].map { try route($0) }
        #expect(self.verdict(path, routes) == expected)
    }

    @Test(
        "refuses another value only for a parameter that the access rule uses",
        arguments: [
            ("/t/acme/x", "ok"),
            ("/t/acme/x;v=1", "ok"),
            ("/t/acme/x%2541", "ok"),
            ("/t/acme;v=1/x", "refused"),
            ("/t/acm%2565/x", "refused"),
            ("/t/a%20b/x", "ok"),
            ("/t/caf%C3%A9/x", "ok"),
            ("/t/100%25/x", "ok"),
            ("/t/a%3Fb/x", "refused"),
        ]
    )
    func parameters(_ path: String, _ expected: String) throws {
        let requirement = RequirementSettings(claims: [ClaimSettings("tenant", .equals(.parameter("tenant")))])
        let routes = [try route("/t/{tenant}/{id}", access: .anyOf([requirement]))]
        #expect(self.verdict(path, routes) == expected)
    }

    @Test("judges readings by the request's method")
    func method() throws {
        let routes = try ["GET /a/{x}", "POST /a/{x}", "GET /a/{x}/b"].map { try route($0) }
        #expect(self.verdict("/a/x%20y", routes, method: "POST") == "ok")
        #expect(self.verdict("/a/x%2Fb", routes, method: "POST") == "refused")
    }

    @Test("leaves a route alone that ignores other readings")
    func ignores() throws {
        var files = try route("/files/**")
        #expect(self.verdict("/files/..;/admin", [files]) == "refused")
        files.refusesOtherReadings = false
        #expect(self.verdict("/files/..;/admin", [files]) == "ok")
    }
}
