import JOSE
import Telemetry
import Testing

@testable import Login

@Suite("GitHub")
struct GitHubTests {
    /// GitHub, as its documentation has it: Frodo is in `acme` and in its team `platform`.
    private static func bench(scopes: [String]? = nil) throws -> ProviderBench {
        let bench = try ProviderBench(settings: { origin in
            var settings = ProviderSettings(
                name: "github",
                kind: .github,
                clientID: "Iv1.abc",
                authentication: .secret(Redacted("s"))
            )
            settings.endpoints = .init(web: origin, api: origin)
            if let scopes { settings.scopes = scopes }
            return settings
        })
        bench.server.replies = [
            "/login/oauth/access_token": { _ in .json(["access_token": "gho", "token_type": "bearer", "scope": ""]) },
            "/user": { _ in .json(["id": 42, "login": "frodo", "name": "Frodo", "email": "public@example.com"]) },
            "/user/emails": { _ in
                .json([
                    ["email": "second@example.com", "primary": false, "verified": true],
                    ["email": "frodo@example.com", "primary": true, "verified": true],
                ])
            },
            "/user/orgs": { _ in .json([["login": "acme"]]) },
            "/user/teams": { _ in .json([["slug": "platform", "organization": ["login": "acme"]]]) },
        ]
        return bench
    }

    @Test("RP5: sends the browser with S256, and the scopes that who and where needs")
    func begin() throws {
        let bench = try Self.bench()
        #expect(
            try bench.begin().get() == "\(bench.origin)/login/oauth/authorize?response_type=code&client_id=Iv1.abc"
                + "&redirect_uri=https%3A%2F%2Fapp.example.com%2Foauth2%2Fcallback"
                + "&scope=read%3Auser%20user%3Aemail%20read%3Aorg&state=the-state"
                + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
        )
        let other = try Self.bench(scopes: ["openid", "user:email"])
        #expect(try other.begin().get().contains("&scope=user%3Aemail&"))
    }

    @Test("RP5: redeems the code with the verifier, and asks who it is")
    func finish() throws {
        let bench = try Self.bench()
        let identity = try bench.finish().get()
        #expect(
            identity.claims == [
                "sub": "42", "name": "Frodo", "preferred_username": "frodo", "email": "frodo@example.com",
                "email_verified": true, "groups": ["acme", "acme:platform"],
            ]
        )
        let request = try #require(bench.server.asked("/login/oauth/access_token").first)
        #expect(request.parameter("code_verifier") == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        #expect(request.parameter("client_secret") == "s")
        #expect(bench.server.requests.dropFirst().allSatisfy { $0.field("Authorization") == "Bearer gho" })
    }

    @Test("RP4: a response of another issuer is not redeemed")
    func mixUp() throws {
        let bench = try Self.bench()
        #expect(try bench.finish(issuer: "https://other.test").failure?.kind == "invalid")
        #expect(bench.server.requests.isEmpty)
        #expect(try bench.finish(issuer: bench.origin + "/login/oauth").failure == nil)
    }

    @Test("RP4: an error of another issuer is not taken for GitHub's")
    func errorOfAnother() throws {
        let bench = try Self.bench()
        #expect(try bench.check(issuer: "https://other.test")?.kind == "invalid")
        #expect(try bench.check(issuer: bench.origin + "/login/oauth") == nil)
        #expect(try bench.check(issuer: nil) == nil)
    }

    @Test(
        "no address but the primary one, and that only if it is verified",
        arguments: [
            [["email": "frodo@example.com", "primary": true, "verified": false]],
            [["email": "frodo@example.com", "primary": false, "verified": true]],
            [["email": "frodo@example.com", "primary": true]], [],
        ] as [JSONValue]
    )
    func addresses(_ emails: JSONValue) throws {
        let bench = try Self.bench()
        bench.server.replies["/user/emails"] = { _ in .json(emails) }
        let claims = try bench.finish().get().claims
        #expect(claims["email"] == nil)
        #expect(claims["email_verified"] == nil)
    }

    @Test("no groups at all where one of the lists may not be known", arguments: ["/user/orgs", "/user/teams"])
    func refused(_ list: String) throws {
        let bench = try Self.bench()
        bench.server.replies[list] = { _ in .json(["message": "Forbidden"], status: 403) }
        #expect(try bench.finish().get().claims["groups"] == nil)
    }

    @Test("all pages of a list, up to five; one that is longer is none", arguments: [(3, true), (5, true), (6, false)])
    func pages(_ count: Int, _ isWhole: Bool) throws {
        let bench = try Self.bench()
        bench.server.replies["/user/orgs"] = { request in
            let page = Int(request.query.split(separator: "=").last!)!
            let size = page < count ? 100 : 99
            return .json(.array((0..<size).map { ["login": .string("org-\(page)-\($0)")] }))
        }
        let groups = try bench.finish().get().claims["groups"]?.array
        #expect(groups?.count == (isWhole ? count * 100 : nil))
        #expect(bench.server.asked("/user/orgs").count == min(count, 5))
    }

    @Test("an error comes with 200")
    func error() throws {
        let bench = try Self.bench()
        bench.server.replies["/login/oauth/access_token"] = { _ in .json(["error": "bad_verification_code"]) }
        #expect(try bench.finish().failure == .refused("bad_verification_code"))
    }

    @Test("an account without a number is nobody", arguments: [["login": "frodo"], ["id": "42"], []] as [JSONValue])
    func nobody(_ user: JSONValue) throws {
        let bench = try Self.bench()
        bench.server.replies["/user"] = { _ in .json(user) }
        #expect(try bench.finish().failure == .invalid("GitHub names no account"))
    }

    @Test("a refreshed token of another account is refused")
    func refresh() throws {
        let bench = try Self.bench()
        var identity = try bench.finish().get()
        identity.refreshToken = Redacted("ghr")
        #expect(try bench.refresh(identity).failure == nil)
        bench.server.replies["/user"] = { _ in .json(["id": 43, "login": "frodo"]) }
        #expect(try bench.refresh(identity).failure?.kind == "refused")
    }

    @Test(
        "the next refresh token is kept, in doubt, when GitHub does not say who it is of",
        arguments: [
            ("/user", .text("", status: 502), "unavailable"), ("/user/teams", .text("", status: 502), "unavailable"),
            // A limit that was reached.
            ("/user", .json(["message": "API rate limit exceeded"], status: 403), "invalid"),
            ("/user", .text("<html>", status: 200), "invalid"),
            ("/user/emails", .text("<html>", status: 200), "invalid"),
            ("/user", .json(["message": "no account"]), "invalid"),
        ] as [(String, ProviderServer.Reply, String)]
    )
    func rotated(_ path: String, _ reply: ProviderServer.Reply, _ kind: String) throws {
        let bench = try Self.bench()
        var identity = try bench.finish().get()
        identity.refreshToken = Redacted("ghr")
        bench.server.replies["/login/oauth/access_token"] = { _ in
            .json(["access_token": "next", "token_type": "bearer", "refresh_token": "rotated"])
        }
        bench.server.replies[path] = { _ in reply }
        guard case .identity(let refreshed, let doubt?) = try bench.refresh(identity).get() else {
            Issue.record("it is lost, or not doubted")
            return
        }
        #expect(refreshed.refreshToken == Redacted("rotated") && refreshed.accessToken == Redacted("next"))
        #expect(refreshed.claims == identity.claims && doubt.kind == kind)
    }

    @Test("takes a token back where GitHub wants it, with the client's own credentials")
    func revoke() throws {
        let bench = try Self.bench()
        let identity = try bench.finish().get()
        bench.server.replies["/applications/Iv1.abc/token"] = { [unowned bench] _ in
            bench.loop.stop()
            return .text("", status: 204)
        }
        bench.provider.revoke(identity)
        bench.loop.run()
        let request = try #require(bench.server.requests.last)
        #expect(request.method == "DELETE")
        #expect(request.body == #"{"access_token":"gho"}"#)
        #expect(request.field("Authorization") == "Basic SXYxLmFiYzpz")
    }
}
