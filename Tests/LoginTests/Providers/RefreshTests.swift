import JOSE
import Telemetry
import Testing

@testable import Login

@Suite("A session's provider, later")
struct RefreshTests {
    private static func identity(_ bench: ProviderBench) throws -> Identity {
        try bench.finish().get()
    }

    @Test("a refresh without an ID token keeps the claims, and the old refresh token unless there is a new one")
    func kept() throws {
        let bench = try ProviderBench()
        let identity = try Self.identity(bench)
        bench.changeAnswer = { $0.with("id_token", nil).with("refresh_token", nil).with("access_token", "second") }
        let refreshed = try #require(try bench.refresh(identity).get().identity)
        #expect(refreshed.accessToken == Redacted("second"))
        #expect(refreshed.claims == identity.claims)
        #expect(refreshed.idToken == identity.idToken)
        #expect(refreshed.refreshToken == Redacted("the-refresh"))
        bench.changeAnswer = { $0.with("id_token", nil).with("refresh_token", "rotated") }
        #expect(try bench.refresh(identity).get().identity?.refreshToken == Redacted("rotated"))
        let request = try #require(bench.server.asked("/token").last)
        #expect(request.body == "grant_type=refresh_token&refresh_token=the-refresh")
        #expect(request.field("Authorization") != nil)
    }

    @Test("a refreshed ID token needs no nonce, and its claims take the place of the old ones")
    func claims() throws {
        let bench = try ProviderBench()
        let identity = try Self.identity(bench)
        bench.change = { $0.with("nonce", nil).with("name", "Mr Underhill") }
        #expect(try bench.refresh(identity).get().identity?.claims["name"] == "Mr Underhill")
    }

    @Test("a refreshed ID token of another subject is refused")
    func subject() throws {
        let bench = try ProviderBench()
        let identity = try Self.identity(bench)
        bench.change = { $0.with("sub", "sam") }
        #expect(try bench.refresh(identity).failure == .refused("the refreshed ID token is of another subject"))
    }

    @Test(
        "no means no, and trouble means trouble",
        arguments: [
            (.json(["error": "invalid_grant"], status: 400), "refused"), (.text("", status: 502), "unavailable"),
            (.text("", status: 429), "unavailable"), (.hangUp, "unavailable"),
            (.text("<html>", status: 200), "invalid"), (.text("", status: 302), "invalid"),
        ] as [(ProviderServer.Reply, String)]
    )
    func failures(_ reply: ProviderServer.Reply, _ kind: String) throws {
        let bench = try ProviderBench()
        let identity = try Self.identity(bench)
        bench.server.replies["/token"] = { _ in reply }
        #expect(try bench.refresh(identity).failure?.kind == kind)
    }

    @Test("a refresh needs no discovery for as long as what it said last may serve")
    func discoveryAway() throws {
        let bench = try ProviderBench()
        let identity = try Self.identity(bench)
        bench.server.replies["/.well-known/openid-configuration"] = { _ in .hangUp }
        bench.line.skipped = DocumentTiming.lifetime
        #expect(try bench.refresh(identity).get().identity != nil)
        let asked = bench.server.asked("/.well-known/openid-configuration").count
        #expect(try bench.refresh(identity).get().identity != nil)
        #expect(bench.server.asked("/.well-known/openid-configuration").count == asked)
        bench.line.skipped += DocumentTiming.metadataPatience
        #expect(try bench.refresh(identity).failure?.kind == "unavailable")
    }

    @Test(
        "metadata that are old serve no longer once discovery has answered something else",
        arguments: [
            .json(ProviderBench.metadata("https://other.test")), .text("", status: 404), .text("<html>", status: 200),
        ] as [ProviderServer.Reply]
    )
    func discoveryChanged(_ reply: ProviderServer.Reply) throws {
        let bench = try ProviderBench()
        let identity = try Self.identity(bench)
        bench.server.replies["/.well-known/openid-configuration"] = { _ in reply }
        #expect(try bench.refresh(identity).failure == nil)
        bench.line.skipped = DocumentTiming.lifetime
        #expect(try bench.refresh(identity).failure?.kind == "invalid")
    }

    @Test("a provider that does not answer is unavailable in a bounded time")
    func silence() throws {
        let bench = try ProviderBench()
        let identity = try Self.identity(bench)
        bench.line.turnTime = .milliseconds(50)
        bench.server.replies["/token"] = { _ in .silence }
        #expect(try bench.refresh(identity).failure?.kind == "unavailable")
    }

    @Test("without a refresh token there is nothing to ask")
    func noToken() throws {
        let bench = try ProviderBench()
        var identity = try Self.identity(bench)
        identity.refreshToken = nil
        #expect(try bench.refresh(identity).failure?.kind == "refused")
    }

    @Test("revokes the refresh token, or without one the access token")
    func revoked() throws {
        let bench = try ProviderBench()
        var identity = try Self.identity(bench)
        bench.server.replies["/revoke"] = { [unowned bench] _ in
            bench.loop.stop()
            return .text("", status: 200)
        }
        bench.provider.revoke(identity)
        bench.loop.run()
        identity.refreshToken = nil
        bench.provider.revoke(identity)
        bench.loop.run()
        let requests = bench.server.asked("/revoke")
        #expect(
            requests.map(\.body) == [
                "token=the-refresh&token_type_hint=refresh_token",
                "token=opaque-access&token_type_hint=access_token",
            ]
        )
        #expect(requests.allSatisfy { $0.field("Authorization") != nil })
    }

    @Test("signs out at the provider with the hint of who it is, unless that is too long for an address")
    func signOut() throws {
        let bench = try ProviderBench()
        var identity = try Self.identity(bench)
        identity.idToken = Redacted("the.id.token")
        let address: String? = try bench.run {
            bench.provider.signOutAddress(identity, state: "the-state", $0)
        }
        let back = "https%3A%2F%2Fapp.example.com%2Foauth2%2Fsign_out&state=the-state"
        let end = "\(bench.origin)/end?client_id=the%20client&post_logout_redirect_uri=\(back)"
        #expect(address == end + "&id_token_hint=the.id.token")
        identity.idToken = Redacted(String(repeating: "a", count: 4097))
        let short: String? = try bench.run {
            bench.provider.signOutAddress(identity, state: "the-state", $0)
        }
        #expect(short == end)
    }

    @Test("a provider without a sign-out of its own is left alone")
    func noSignOut() throws {
        let bench = try ProviderBench(metadata: { $0.with("end_session_endpoint", nil) })
        let identity = try Self.identity(bench)
        let address: String? = try bench.run { bench.provider.signOutAddress(identity, state: "x", $0) }
        #expect(address == nil)
    }
}
