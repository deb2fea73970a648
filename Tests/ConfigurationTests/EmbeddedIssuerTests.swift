import Cryptography
import OAuth
import Testing

@testable import Configuration

@Suite("An embedded issuer")
struct EmbeddedIssuerTests {
    private static let server =
        "authorization_server: { issuer: https://id.example.com/identity, store: memory, audiences: [items-api], keys: { algorithm: RS256 } }"

    private static func problems(_ issuer: String, server: String = Self.server) -> [String] {
        PolicyFixture.problems("\(server)\nissuers: { local: { embedded: true, \(issuer) } }").map(
            ServerFixture.withoutColumn
        )
    }

    @Test("J1 J10: takes all but its audiences from the server")
    func implied() {
        let settings = PolicyFixture.settings(
            "\(Self.server)\nissuers: { local: { embedded: true, audiences: [items-api], leeway: 5s } }"
        )
        var expected = IssuerSettings(
            name: "local",
            issuer: "https://id.example.com/identity",
            audiences: .oneOf(["items-api"]),
            algorithms: SignatureAlgorithm.allCases.filter { !$0.isSymmetric },
            keys: .embedded
        )
        expected.types = ["at+jwt"]
        expected.leeway = 5
        #expect(settings?.issuers == [expected])
    }

    @Test(
        "refuses what is implied",
        arguments: ["issuer: https://other.example", "algorithms: [ES256]", "keys: discovery", "types: [jwt]"]
    )
    func refused(_ key: String) {
        let name = String(key.prefix { $0 != ":" })
        #expect(
            Self.problems("audiences: [items-api], \(key)") == [
                "error: issuers.local.\(name): `embedded` implies it; leave it out"
            ]
        )
    }

    @Test("needs a server, and audiences")
    func required() {
        #expect(
            Self.problems("audiences: a", server: "") == [
                "error: issuers.local.embedded: there is no `authorization_server` in this policy whose tokens these would be"
            ]
        )
        #expect(
            Self.problems("leeway: 1s") == [
                "error: issuers.local: `audiences` is missing; one of them must be in `aud`; `any` accepts all"
            ]
        )
    }

    @Test("says nothing of a server that is wrong already")
    func wrongServer() {
        let problems = Self.problems("audiences: a", server: "authorization_server: { store: memory, audiences: a }")
        #expect(problems == ["error: authorization_server: `issuer` is missing; it is the `iss` of the tokens"])
    }

    @Test("is one alone, and warned of an audience that no token has")
    func unique() {
        let text = """
            \(Self.server)
            issuers: { a: { embedded: true, audiences: items-api }, b: { embedded: true, audiences: other-api } }
            """
        #expect(
            PolicyFixture.problems(text).map(ServerFixture.withoutColumn) == [
                "error: issuers.b.embedded: the same `iss` as `issuers.a.embedded`",
                "warning: issuers.b.audiences: no token has this audience; it is not in `authorization_server.audiences`",
            ]
        )
    }
}

@Suite("The server's own paths")
struct BuiltInPathsTests {
    private static func problems(_ route: String, issuer: String = "http://127.0.0.1:8080/identity") -> [String] {
        PolicyFixture.problems(
            """
            authorization_server: { issuer: "\(issuer)", store: memory, audiences: a }
            routes: [{ \(route), access: public, upstream: echo }]
            """
        ).map(ServerFixture.withoutColumn)
    }

    @Test(
        "take no route",
        arguments: [
            ("/identity", "endpoints"), ("/identity/**", "endpoints"), ("/identity/token", "endpoints"),
            ("/identity/{x}/y", "endpoints"),
            ("/.well-known/oauth-authorization-server/identity", "metadata"),
            ("/.well-known/openid-configuration/identity/**", "metadata"),
        ]
    )
    func taken(_ path: String, _ what: String) {
        #expect(
            Self.problems("path: \"\(path)\"") == [
                "error: routes[0]: the authorization server answers this path itself: it lies among its \(what)"
            ]
        )
    }

    @Test(
        "leave the others alone",
        arguments: ["/**", "/identities", "/{any}/token", "/.well-known/**", "/.well-known/openid-configuration"]
    )
    func free(_ path: String) {
        #expect(Self.problems("path: \"\(path)\"") == [])
    }

    @Test("are those of the issuer's host, or of every host on this machine")
    func hosts() {
        let issuer = "https://id.example.com/identity"
        #expect(Self.problems("path: /identity, hosts: [app.example.com]", issuer: issuer) == [])
        #expect(Self.problems("path: /identity, hosts: [id.example.com]", issuer: issuer).count == 1)
        #expect(Self.problems("path: /identity, hosts: [\"*.example.com\"]", issuer: issuer).count == 1)
        #expect(Self.problems("path: /identity, hosts: [app.example.com]").count == 1)
    }
}
