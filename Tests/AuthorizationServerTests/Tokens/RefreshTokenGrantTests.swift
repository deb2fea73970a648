import JOSE
import Stores
import Testing

@testable import AuthorizationServer

@Suite("The grant refresh_token")
struct RefreshTokenGrantTests {
    let bench: EndpointBench

    init() throws { self.bench = try EndpointBench() }

    /// The first refresh token of a chain.
    private func first(_ grant: Grant? = nil) throws -> String {
        try self.bench.redeem(try self.bench.code(grant)).text("refresh_token")
    }

    @Test("AS9: gives another refresh token each time")
    func rotation() throws {
        let first = try self.first()
        let second = self.bench.refresh(first)
        #expect(second.status == 200)
        #expect(second.json["scope"] == "openid profile items:read")
        #expect(try second.text("refresh_token") != first)
        #expect(self.bench.refresh(try second.text("refresh_token")).status == 200)
    }

    @Test("AS9: gives the same refresh token with a fresh access token within the grace")
    func grace() throws {
        let first = try self.first()
        let one = self.bench.refresh(first)
        self.bench.advance(by: .seconds(9))
        let other = self.bench.refresh(first)
        #expect(try one.text("refresh_token") == other.text("refresh_token"))
        #expect(try one.text("access_token") != other.text("access_token"))
    }

    @Test("AS9: ends the family when an old token comes after the grace, and says so")
    func reuse() throws {
        let grant = self.bench.grant()
        let first = try self.first(grant)
        let second = self.bench.refresh(first)
        self.bench.advance(by: .seconds(10))
        #expect(self.bench.refresh(first).error == "invalid_grant")
        #expect(self.bench.refresh(try second.text("refresh_token")).error == "invalid_grant")
        #expect(try self.bench.store.revokedGrants(since: EndpointBench.start).map(\.id) == [grant.id])
        let line = try #require(try self.bench.audit.lines().last { $0["event"] == "refresh_token_reuse" })
        #expect(line["subject"] == "alice")
        #expect(line["client_id"] == "docs")
        #expect(line["grant"] == .string(grant.id.text))
    }

    @Test("AS10: may leave out scopes for a while, and get them back")
    func narrower() throws {
        let narrow = self.bench.refresh(try self.first(), [("scope", "items:read")])
        #expect(narrow.json["scope"] == "items:read")
        #expect(narrow.json["id_token"] == nil)
        let whole = self.bench.refresh(try narrow.text("refresh_token"))
        #expect(whole.json["scope"] == "openid profile items:read")
    }

    @Test(
        "AS10: cannot widen scope or resource, and may ask again",
        arguments: [
            ("scope", "items:read items:write", "invalid_scope"), ("scope", "email", "invalid_scope"),
            ("resource", EndpointBench.orders, "invalid_target"),
        ]
    )
    func wider(_ name: String, _ value: String, _ error: String) throws {
        let first = try self.first()
        #expect(self.bench.refresh(first, [(name, value)]).error == error)
        self.bench.advance(by: .seconds(11))
        #expect(self.bench.refresh(first).status == 200)
    }

    @Test("RFC 8707: takes one of the granted resources at a time")
    func resources() throws {
        self.bench.adopt { $0.audiences.append("https://api.example.com/bills") }
        let grant = self.bench.grant(resources: [EndpointBench.orders, "https://api.example.com/bills"])
        let answer = self.bench.redeem(try self.bench.code(grant), [("resource", EndpointBench.orders)])
        let first = try answer.text("refresh_token")
        #expect(self.bench.refresh(first).error == "invalid_target")
        let bills = self.bench.refresh(first, [("resource", "https://api.example.com/bills")])
        #expect(try bills.claims(of: "access_token")["aud"] == "https://api.example.com/bills")
    }

    @Test("AS10: is over when nobody used it for a while, and at its end whoever used it")
    func expiry() throws {
        self.bench.adopt { settings in
            settings.lifetimes.refresh = .seconds(1000)
            settings.lifetimes.refreshIdle = .seconds(600)
        }
        let idle = try self.first()
        var used = try self.first()
        self.bench.advance(by: .seconds(599))
        used = try self.bench.refresh(used).text("refresh_token")
        self.bench.advance(by: .seconds(1))
        #expect(self.bench.refresh(idle).error == "invalid_grant")
        self.bench.advance(by: .seconds(399))
        used = try self.bench.refresh(used).text("refresh_token")
        self.bench.advance(by: .seconds(1))
        #expect(self.bench.refresh(used).error == "invalid_grant")
    }

    @Test("AS10: belongs to its client")
    func otherClient() throws {
        let first = try self.first()
        let stolen = self.bench.refresh(first, [("client_secret", Client.siteSecret.text)], client: "site")
        #expect(stolen.error == "invalid_grant")
        #expect(self.bench.refresh(first).status == 200)
    }

    @Test("AS10: ends with its user and with its client's right to refresh")
    func departures() throws {
        let first = try self.first()
        self.bench.adopt { $0.clients[0].grants = [.authorizationCode] }
        #expect(self.bench.refresh(first).error == "unauthorized_client")
        self.bench.adopt { settings in
            settings.clients[0].grants = [.authorizationCode, .refreshToken]
            settings.users = []
        }
        #expect(self.bench.refresh(first).error == "invalid_grant")
    }

    @Test("needs a refresh token")
    func missing() {
        #expect(self.bench.refresh("").error == "invalid_request")
        #expect(self.bench.refresh("x").error == "invalid_grant")
    }
}
