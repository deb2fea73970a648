import Bytes
import JOSE
import OAuth
import Testing

@testable import Policy

@Suite("Identity headers")
struct IdentityHeadersTests {
    /// The lines without their ends, or the code of the refusal.
    private func lines(
        _ claims: JSONValue,
        scopes: [String] = [],
        _ headers: [IdentityHeaderSettings] = IdentitySettings.defaultHeaders
    ) -> [String] {
        var buffer = ByteBuffer()
        buffer.append("before")
        let refusal = IdentityHeaders(headers).append(claims: claims, scopes: scopes, to: &buffer)
        let text = buffer.span.extracting(6..<buffer.count).string
        if let refusal { return [refusal.name.description, text] }
        return text.split(separator: "\r\n", omittingEmptySubsequences: true).map(String.init)
    }

    private func line(of claim: JSONValue) -> [String] {
        self.lines(["c": claim], [IdentityHeaderSettings(name: "C", source: .claims([ClaimSelector("c")!]))])
    }

    @Test("tells subject, issuer, client and scopes unless configured otherwise")
    func defaults() {
        let claims: JSONValue = ["sub": "demo", "iss": "https://corp.test", "azp": "docs"]
        #expect(
            self.lines(claims, scopes: ["items:read", "items:write"]) == [
                "X-Auth-Subject: demo", "X-Auth-Issuer: https://corp.test", "X-Auth-Client: docs",
                "X-Auth-Scopes: items:read items:write",
            ]
        )
        #expect(self.lines(["sub": "demo"]) == ["X-Auth-Subject: demo"])
    }

    @Test("takes the first of several claims that is there")
    func firstClaim() {
        #expect(self.lines(["client_id": "a", "azp": "b"]) == ["X-Auth-Client: a"])
        #expect(self.lines(["client_id": .null, "azp": "b"]) == ["X-Auth-Client: b"])
    }

    @Test(
        "writes values by their JSON type",
        arguments: [
            ("text", ["C: text"]), ("caf\u{e9}", ["C: caf\u{e9}"]), ("", ["C: "]), ("a,b%", ["C: a,b%"]),
            (3, ["C: 3"]), (-7, ["C: -7"]), (.real(1.5), ["C: 1.5"]), (true, ["C: true"]), (false, ["C: false"]),
            (.null, []), (["k": "v"], []),
            (["a", "b"], ["C: a,b"]), (["a,b", "100%"], ["C: a%2Cb,100%25"]), (["a", 3, true], ["C: a,3,true"]),
            (["a", ["k": "v"], "b"], ["C: a,b"]), ([], []), ([.null], []),
        ] as [(JSONValue, [String])]
    )
    func values(_ claim: JSONValue, _ expected: [String]) {
        #expect(self.line(of: claim) == expected)
    }

    @Test(
        "refuses what a header cannot carry, and leaves nothing behind",
        arguments: [
            "a\r\nX-Auth-Subject: admin", "a\nb", "a\u{0}b", "a\tb", "a\u{7f}b", " admin", "admin ", ["a", "b\r"],
        ] as [JSONValue]
    )
    func refuses(_ claim: JSONValue) {
        #expect(self.line(of: claim) == ["claim_mismatch", ""])
    }

    @Test("refuses more than 4 KiB, as it is sent")
    func length() {
        let longest = String(repeating: "a", count: 4096)
        #expect(self.line(of: .string(longest)) == ["C: " + longest])
        #expect(self.line(of: .string(longest + "a")) == ["claim_mismatch", ""])
        #expect(self.line(of: .array([.string(String(repeating: ",", count: 1366))])) == ["claim_mismatch", ""])
    }

    @Test("forgets the lines before the one that was refused")
    func forgets() {
        #expect(self.lines(["sub": "demo", "iss": "a\nb"]) == ["claim_mismatch", ""])
    }

    @Test("gives each distinct configuration of a table a place")
    func places() throws {
        var routes = try ["/a", "/b", "/c", "/d"].map { try route($0) }
        routes[1].identity.headers = []
        routes[3].identity.headers = []
        routes[2].identity.authorization = .forward
        let table = RouteTable(routes)
        #expect(table.identities("/a", "/b", "/c", "/d") == [0, 1, 0, 1])
        #expect(table.identities.count == 2)
    }

    @Test("reads a verified token")
    func token() throws {
        var buffer = ByteBuffer()
        let headers = IdentityHeaders(IdentitySettings.defaultHeaders)
        let token = try verifiedToken(["sub": "demo", "scope": "a b"])
        #expect(headers.append(token.principal, to: &buffer) == nil)
        let lines = ["X-Auth-Subject: demo", "X-Auth-Issuer: https://corp.test", "X-Auth-Scopes: a b", ""]
        #expect(buffer.span.string == lines.joined(separator: "\r\n"))
    }
}

extension RouteTable {
    fileprivate func identities(_ paths: String...) -> [Int?] {
        paths.map { path in
            guard case .route(let match) = self.find("GET", path) else { return nil }
            return self.rules[match.rules].identity
        }
    }
}
