import JOSE
import Telemetry
import Testing

@testable import Login

@Suite("User info")
struct UserInfoTests {
    @Test("is asked for what the ID token lacks, with the access token, and the ID token wins")
    func merged() throws {
        let bench = try ProviderBench()
        bench.change = { $0.with("email_verified", nil) }
        bench.server.replies["/userinfo"] = { _ in
            .json(["sub": "frodo", "email": "frodo@example.com", "email_verified": true, "name": "Sam", "team": "ring"])
        }
        let identity = try bench.finish().get()
        #expect(bench.server.asked("/userinfo").first?.field("Authorization") == "Bearer opaque-access")
        #expect(identity.claims["name"] == "Frodo")
        #expect(identity.claims["team"] == "ring")
        #expect(identity.claims["email_verified"] == true)
    }

    @Test("says nothing of an address that the ID token has instead of its own")
    func otherAddress() throws {
        let bench = try ProviderBench()
        bench.change = { $0.with("email_verified", nil).with("email", "boss@example.com") }
        bench.server.replies["/userinfo"] = { _ in
            .json(["sub": "frodo", "email": "frodo@example.com", "email_verified": true])
        }
        let claims = try bench.finish().get().claims
        #expect(claims["email"] == "boss@example.com")
        #expect(claims["email_verified"] == nil)
    }

    @Test(
        "of another subject is refused",
        arguments: ["sam", "Frodo", "frodo ", nil, 7, .null] as [JSONValue?]
    )
    func otherSubject(_ subject: JSONValue?) throws {
        let bench = try ProviderBench()
        bench.change = { $0.with("name", nil) }
        bench.server.replies["/userinfo"] = { _ in .json((["name": "Frodo"] as JSONValue).with("sub", subject)) }
        #expect(try bench.finish().failure == .invalid("the user info is of another subject"))
    }

    @Test(
        "that cannot be had ends the sign-in",
        arguments: [(401, "invalid"), (503, "unavailable")] as [(UInt16, String)]
    )
    func missing(_ status: UInt16, _ kind: String) throws {
        let bench = try ProviderBench()
        bench.change = { $0.with("name", nil) }
        bench.server.replies["/userinfo"] = { _ in .text("", status: status) }
        #expect(try bench.finish().failure?.kind == kind)
    }

    @Test("is not asked for where there is none")
    func none() throws {
        let bench = try ProviderBench(metadata: { $0.with("userinfo_endpoint", nil) })
        bench.change = { $0.with("name", nil) }
        #expect(try bench.finish().get().claims["name"] == nil)
    }

    @Test("is asked for groups only where somebody needs them")
    func groups() throws {
        let bench = try ProviderBench(settings: { origin in
            var settings = ProviderBench.settings(origin)
            settings.allow.groups = ["staff"]
            return settings
        })
        bench.server.replies["/userinfo"] = { _ in .json(["sub": "frodo", "groups": ["staff"]]) }
        #expect(try bench.finish().get().claims["groups"] == ["staff"])
    }
}
