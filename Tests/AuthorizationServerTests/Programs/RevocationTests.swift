import JOSE
import Stores
import Testing

@testable import AuthorizationServer

@Suite("Revoking")
struct RevocationTests {
    private let bench: EndpointBench
    private let grant: Grant

    init() throws {
        self.bench = try EndpointBench()
        self.grant = try self.bench.keptGrant()
    }

    private func isRevoked(_ grant: Grant) throws -> Bool {
        try self.bench.store.grant(grant.id, at: self.bench.now)?.revoked != nil
    }

    @Test(
        "ends the grant of a refresh token, with the tokens that came of it",
        arguments: [nil, "refresh_token", "odd"]
    )
    func refreshToken(_ hint: String?) throws {
        let form = [("client_id", "docs"), ("token", try self.bench.refreshToken(of: self.grant))]
        let answer = self.bench.post(.revoke, form + (hint.map { [("token_type_hint", $0)] } ?? []))
        #expect(answer.status == 200)
        #expect(answer.body.isEmpty)
        #expect(try self.isRevoked(self.grant))
    }

    @Test("ends the grant of an access token", arguments: [nil, "access_token", "refresh_token"])
    func accessToken(_ hint: String?) throws {
        let form = [("client_id", "docs"), ("token", try self.bench.accessToken(of: self.grant))]
        #expect(self.bench.post(.revoke, form + (hint.map { [("token_type_hint", $0)] } ?? [])).status == 200)
        #expect(try self.isRevoked(self.grant))
    }

    @Test("ends a client's own token, of which nothing was kept, once and again")
    func clientCredentials() throws {
        let token = try self.bench.clientToken()
        #expect(self.bench.introspect(token)["active"] == true)
        for _ in 1...2 { #expect(self.bench.post(.revoke, [("token", token)] + EndpointBench.worker).status == 200) }
        #expect(self.bench.introspect(token)["active"] == false)
        #expect(try self.bench.store.revokedGrants(since: self.bench.now).count == 1)
        let events = try self.bench.audit.lines().filter { $0["event"] == "token_revoked" }
        #expect(events.map { $0["subject"] } == ["client:worker"])
    }

    @Test("of a client's own token is known as long as somebody may take the token")
    func clientCredentialsEnd() throws {
        let token = try self.bench.clientToken()
        _ = self.bench.post(.revoke, [("token", token)] + EndpointBench.worker)
        let id = try #require(try self.bench.store.revokedGrants(since: self.bench.now).first?.id)
        let leeway: Duration = .seconds(60)
        let last = self.bench.now + self.bench.policy.lifetimes.access + leeway
        #expect(try self.bench.store.grant(id, at: last) != nil)
        #expect(try self.bench.store.grant(id, at: last + .seconds(61)) == nil)
    }

    @Test("says nothing of tokens that nobody knows")
    func unknown() throws {
        let foreign = try EndpointBench()
        let tokens = ["x", "a.b.c", try foreign.accessToken(of: foreign.grant()), self.bench.identityToken()]
        for token in tokens {
            let answer = self.bench.post(.revoke, [("client_id", "docs"), ("token", token)])
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
        }
        #expect(try self.bench.store.revokedGrants(since: EndpointBench.start).isEmpty)
        #expect(try self.bench.audit.lines().isEmpty)
    }

    @Test("leaves the tokens of other clients alone")
    func others() throws {
        let grant = self.grant
        for token in [try self.bench.accessToken(of: grant), try self.bench.refreshToken(of: grant)] {
            #expect(self.bench.post(.revoke, [("token", token)] + EndpointBench.worker).status == 200)
        }
        #expect(try !self.isRevoked(grant))
    }

    @Test("needs a client that proves who it is, and a token")
    func refusals() throws {
        #expect(self.bench.post(.revoke, [("token", "x")]).error == "invalid_client")
        #expect(self.bench.post(.revoke, [("token", "x"), ("client_id", "worker")]).status == 401)
        #expect(self.bench.post(.revoke, [("client_id", "docs")]).error == "invalid_request")
        #expect(self.bench.get(.revoke).status == 405)
    }

    @Test("AS15: may be read by the client's own pages alone, refusals included")
    func sharing() throws {
        for form in [[("client_id", "docs"), ("token", "x")], [("client_id", "docs")]] {
            let own = self.bench.post(.revoke, form) { $0.origin = "https://docs.example.com" }
            #expect(own["Access-Control-Allow-Origin"] == "https://docs.example.com")
            #expect(own["Vary"] == "Origin")
            let other = self.bench.post(.revoke, form) { $0.origin = "https://site.example.com" }
            #expect(other["Access-Control-Allow-Origin"] == nil)
        }
    }
}
