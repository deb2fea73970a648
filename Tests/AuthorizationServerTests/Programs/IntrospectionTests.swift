import JOSE
import Stores
import Testing

@testable import AuthorizationServer

@Suite("Introspection")
struct IntrospectionTests {
    private let bench: EndpointBench

    init() throws { self.bench = try EndpointBench() }

    private static let inactive: JSONValue = ["active": false]

    @Test("tells what is in a user's token")
    func user() throws {
        let grant = try self.bench.keptGrant()
        let answer = self.bench.introspect(try self.bench.accessToken(of: grant))
        let name = try #require(answer["jti"]?.string)
        #expect(TokenName.grant(of: name) == grant.id)
        let expected: JSONValue = [
            "active": true, "scope": "openid items:read", "client_id": "docs", "sub": "alice", "username": "alice",
            "aud": "items-api", "iss": .string(EndpointBench.issuer), "exp": .integer(self.bench.now.seconds + 600),
            "iat": .integer(self.bench.now.seconds), "jti": .string(name), "token_type": "Bearer",
        ]
        #expect(answer == expected)
    }

    @Test("AS17: tells a client's token from a user's")
    func client() throws {
        let answer = self.bench.introspect(try self.bench.clientToken())
        #expect(answer["active"] == true)
        #expect(answer["sub"] == "client:worker")
        #expect(answer["username"] == nil)
    }

    @Test("tells which key a token is bound to")
    func bound() throws {
        let token = try self.bench.accessToken(of: self.bench.keptGrant(), keyThumbprint: "thumb")
        let answer = self.bench.introspect(token)
        #expect(answer["token_type"] == "DPoP")
        #expect(answer["cnf"] == ["jkt": "thumb"])
    }

    @Test("knows nothing of a token for another audience")
    func audience() throws {
        let token = try self.bench.accessToken(of: self.bench.keptGrant(), audience: "https://api.example.com/orders")
        #expect(self.bench.introspect(token) == Self.inactive)
    }

    @Test("knows nothing of a token that is over, revoked, or whose user is gone")
    func over() throws {
        let grant = try self.bench.keptGrant()
        let token = try self.bench.accessToken(of: grant)
        let gone = try self.bench.accessToken(of: self.bench.keptGrant(user: "mallory"))
        #expect(self.bench.introspect(gone) == Self.inactive)
        self.bench.now = EndpointBench.start + .seconds(599)
        #expect(self.bench.introspect(token)["active"] == true)
        _ = try self.bench.store.revokeGrant(grant.id, at: self.bench.now)
        #expect(self.bench.introspect(token) == Self.inactive)
        let other = try self.bench.accessToken(of: self.bench.keptGrant())
        self.bench.now = self.bench.now + .seconds(600)
        #expect(self.bench.introspect(other) == Self.inactive)
    }

    @Test("knows nothing of a user's token whose grant was never kept")
    func ungranted() throws {
        let grant = Grant(
            user: "alice",
            client: "docs",
            scopes: [],
            created: self.bench.now,
            expires: self.bench.now + .seconds(60)
        )
        #expect(self.bench.introspect(try self.bench.accessToken(of: grant)) == Self.inactive)
    }

    @Test("J10, J11: takes no other kind of token", arguments: ["JWT", "logout+jwt", "dpop+jwt", "at+jwt-x", ""])
    func kinds(_ type: String) throws {
        #expect(self.bench.introspect(self.bench.identityToken(type: type)) == Self.inactive)
    }

    @Test("takes the token of no other server")
    func foreign() throws {
        let foreign = try EndpointBench()
        let token = try foreign.accessToken(of: self.bench.keptGrant())
        #expect(self.bench.introspect(token) == Self.inactive)
        #expect(self.bench.introspect("x.y.z") == Self.inactive)
    }

    @Test("tells a client of its own refresh tokens alone")
    func refreshTokens() throws {
        let own = try self.bench.refreshToken(of: self.bench.keptGrant(to: .site))
        let credentials = [("client_id", "site"), ("client_secret", Client.siteSecret.text)]
        let answer = self.bench.post(.introspect, [("token", own)] + credentials).json
        #expect(answer["active"] == true)
        #expect(answer["exp"] == .integer(self.bench.now.seconds + 1200))
        #expect(answer["username"] == "alice")
        #expect(self.bench.introspect(own) == Self.inactive)
        self.bench.now = self.bench.now + .seconds(1200)
        #expect(self.bench.post(.introspect, [("token", own)] + credentials).json == Self.inactive)
    }

    @Test("is for clients that prove who they are")
    func publicClients() throws {
        let token = try self.bench.accessToken(of: self.bench.keptGrant())
        let answer = self.bench.post(.introspect, [("token", token), ("client_id", "docs")])
        #expect(answer.status == 401)
        #expect(answer.error == "invalid_client")
        #expect(self.bench.post(.introspect, EndpointBench.worker).error == "invalid_request")
    }

    @Test("AS15: is shared with no page")
    func sharing() throws {
        let form = [("token", try self.bench.clientToken())] + EndpointBench.worker
        let answer = self.bench.post(.introspect, form) { $0.origin = "https://docs.example.com" }
        #expect(answer["Access-Control-Allow-Origin"] == nil)
        #expect(answer["Cache-Control"] == "no-store")
    }
}
