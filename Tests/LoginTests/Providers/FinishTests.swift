import Cryptography
import JOSE
import Telemetry
import Testing

@testable import Login

@Suite("Finishing a sign-in")
struct FinishTests {
    @Test("RP5: redeems the code with the verifier, authenticated, and knows who it is")
    func finish() throws {
        let bench = try ProviderBench()
        let identity = try bench.finish().get()
        #expect(identity.subject == "frodo")
        #expect(identity.accessToken == Redacted(ProviderBench.accessToken))
        #expect(identity.refreshToken == Redacted("the-refresh"))
        #expect(identity.claims["email_verified"] == true)
        #expect(identity.claims["nonce"] == nil)
        let lifetime = try #require(identity.accessExpiresAt) - WallClock.milliseconds / 1000
        #expect(298...300 ~= lifetime)
        let request = try #require(bench.server.asked("/token").first)
        #expect(request.method == "POST")
        #expect(request.field("Authorization") == "Basic dGhlJTIwY2xpZW50OmElM0Fi")
        #expect(
            request.body == "grant_type=authorization_code&code=the-code"
                + "&redirect_uri=https%3A%2F%2Fapp.example.com%2Foauth2%2Fcallback"
                + "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        )
        #expect(bench.server.asked("/userinfo").isEmpty, "the ID token has all that was asked for")
    }

    @Test(
        "RP4: iss of the response is compared byte for byte, and the code of another is not redeemed",
        arguments: ["https://other.test", "", "http://127.0.0.1"]
    )
    func mixUp(_ issuer: String) throws {
        let bench = try ProviderBench()
        #expect(try bench.finish(issuer: issuer).failure == .invalid("the response is of another issuer"))
        #expect(try bench.finish(issuer: bench.origin + "/").failure?.kind == "invalid")
        #expect(bench.server.asked("/token").isEmpty)
    }

    @Test("RP4: a response without iss is refused when the metadata promises it")
    func promised() throws {
        let bench = try ProviderBench(metadata: { $0.with("authorization_response_iss_parameter_supported", true) })
        #expect(try bench.finish().failure?.kind == "invalid")
        #expect(bench.server.asked("/token").isEmpty)
        #expect(try bench.finish(issuer: bench.origin).failure == nil)
    }

    @Test("RP4: iss of an error is held to the same rule: RFC 9207, section 2.4", arguments: [true, false])
    func errorOfAnother(_ isPromised: Bool) throws {
        let promise = "authorization_response_iss_parameter_supported"
        let bench = try ProviderBench(metadata: { $0.with(promise, .bool(isPromised)) })
        #expect(try bench.check(issuer: bench.origin) == nil)
        #expect(try bench.check(issuer: bench.origin + "/")?.kind == "invalid")
        #expect(try bench.check(issuer: "https://other.test")?.kind == "invalid")
        #expect(try bench.check(issuer: nil)?.kind == (isPromised ? "invalid" : nil))
    }

    @Test(
        "RP6: an ID token that is not of this sign-in is refused before the access token is used",
        arguments: [
            ("nonce", "another"), ("nonce", nil), ("nonce", ["the-nonce"]), ("iss", "https://other.test"),
            ("aud", "another"), ("aud", nil), ("aud", ["the client", "another"]), ("azp", "another"), ("exp", nil),
            ("exp", 1000), ("iat", nil), ("iat", 1000), ("iat", "now"), ("sub", nil), ("sub", ""), ("sub", 7),
            ("at_hash", "AAAA"), ("at_hash", 7),
            ("events", ["http://schemas.openid.net/event/backchannel-logout": [:]]),
        ] as [(String, JSONValue?)]
    )
    func idToken(_ name: String, _ value: JSONValue?) throws {
        let bench = try ProviderBench()
        bench.change = { $0.with(name, value).with("name", nil) }
        let failure = try #require(try bench.finish().failure)
        #expect(failure.kind == "invalid")
        #expect(failure.text.hasPrefix("the ID token: "))
        #expect(bench.server.asked("/userinfo").isEmpty)
    }

    @Test("an ID token for several clients names the one it was issued to")
    func authorizedParty() throws {
        let bench = try ProviderBench()
        bench.change = { $0.with("aud", ["another", "the client"]).with("azp", "the client") }
        #expect(try bench.finish().failure == nil)
    }

    @Test("at_hash of this very access token is fine: OpenID Connect Core 1.0, appendix A.4")
    func accessTokenHash() throws {
        let bench = try ProviderBench()
        bench.change = { $0.with("at_hash", "77QmUPtjPfzWtF2AnpK9RQ") }
        bench.changeAnswer = { $0.with("access_token", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") }
        #expect(try bench.finish().failure == nil)
    }

    @Test("an access token is no ID token, and neither is one that nobody has signed, or with the client's secret")
    func kinds() throws {
        let bench = try ProviderBench()
        bench.changeAnswer = { [unowned bench] in $0.with("id_token", .string(bench.mint(bench.claims, type: "at+jwt")))
        }
        #expect(try bench.finish().failure?.kind == "invalid")
        let unsigned = "eyJhbGciOiJub25lIn0." + bench.mint(bench.claims).split(separator: ".")[1] + "."
        bench.changeAnswer = { $0.with("id_token", .string(unsigned)) }
        #expect(try bench.finish().failure?.kind == "invalid")
        let secret = try SecretKey(Array(repeating: 7, count: 32))
        bench.key = try SigningKey(secret, algorithm: .hs256)
        bench.changeAnswer = { $0 }
        #expect(try bench.finish().failure?.kind == "invalid")
    }

    @Test(
        "an algorithm that the metadata does not list is refused; without a list it is RS256",
        arguments: [false, true]
    )
    func algorithms(_ isListed: Bool) throws {
        let name = "id_token_signing_alg_values_supported"
        let bench = try ProviderBench(metadata: { $0.with(name, isListed ? ["RS256"] : nil) })
        #expect(try bench.finish().failure?.kind == "invalid")
    }

    @Test(
        "a provider that signs with secrets alone is of no use",
        arguments: [["HS256"], ["none", "HS512"], []] as [JSONValue]
    )
    func symmetric(_ listed: JSONValue) throws {
        let bench = try ProviderBench(metadata: { $0.with("id_token_signing_alg_values_supported", listed) })
        #expect(try bench.begin().failure == .invalid("the metadata lists no algorithm that is known here"))
    }

    @Test("a new key is fetched, once in half a minute")
    func rotation() throws {
        let bench = try ProviderBench()
        #expect(try bench.finish().failure == nil)
        bench.key = try SigningKey(PrivateKey(generatingFor: .es256), keyID: "second")
        #expect(try bench.finish().failure == nil)
        #expect(bench.server.asked("/jwks").count == 2)
        bench.key = try SigningKey(PrivateKey(generatingFor: .es256), keyID: "third")
        #expect(try bench.finish().failure == .invalid("the ID token: the provider has no key for it"))
        #expect(bench.server.asked("/jwks").count == 2)
    }

    @Test("a signature by another key of that name is refused")
    func signature() throws {
        let bench = try ProviderBench()
        let own = bench.key
        bench.server.replies["/jwks"] = { _ in .json(JSONWebKeySet(keys: [own.published!]).json) }
        bench.key = try SigningKey(PrivateKey(generatingFor: .es256), keyID: "first")
        #expect(try bench.finish().failure == .invalid("the ID token: signatureInvalid"))
    }
}
