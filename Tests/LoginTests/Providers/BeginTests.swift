import JOSE
import Telemetry
import Testing

@testable import Login

@Suite("Beginning a sign-in")
struct BeginTests {
    @Test("RP5 RP6 RP7: sends the browser with a code, a nonce and S256, and never with the verifier")
    func address() throws {
        let bench = try ProviderBench()
        let address = try bench.begin().get()
        #expect(
            address
                == "\(bench.origin)/authorize?from=app&response_type=code&client_id=the%20client"
                + "&redirect_uri=https%3A%2F%2Fapp.example.com%2Foauth2%2Fcallback&scope=openid%20profile%20email"
                + "&state=the-state&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
                // The challenge is that of RFC 7636, appendix B.
                + "&code_challenge_method=S256&nonce=the-nonce"
        )
    }

    @Test("asks for metadata once, for many sign-ins at the same time and after")
    func metadataOnce() throws {
        let bench = try ProviderBench()
        var count = 0
        let addresses: [Result<String, ProviderFailure>] = try bench.run { done in
            var results: [Result<String, ProviderFailure>] = []
            for _ in 0..<20 {
                count += 1
                bench.provider.begin(ProviderBench.request) {
                    results.append($0)
                    if results.count == count { done(results) }
                }
            }
        }
        #expect(addresses.allSatisfy { $0.failure == nil })
        _ = try bench.begin().get()
        #expect(bench.server.requests.count == 1)
    }

    @Test("pushes the request to a provider that takes it, authenticated; the browser carries its name alone")
    func pushed() throws {
        let bench = try ProviderBench(metadata: { json in
            json.with("pushed_authorization_request_endpoint", .string(json["issuer"]!.string! + "/par"))
        })
        bench.server.replies["/par"] = { _ in .json(["request_uri": "urn:x:1", "expires_in": 60], status: 201) }
        let address = try bench.begin().get()
        #expect(address == "\(bench.origin)/authorize?from=app&client_id=the%20client&request_uri=urn%3Ax%3A1")
        let request = try #require(bench.server.asked("/par").first)
        // RFC 6749, section 2.3.1: `the client` and `a:b`, form-encoded first.
        #expect(request.field("Authorization") == "Basic dGhlJTIwY2xpZW50OmElM0Fi")
        #expect(request.parameter("state") == "the-state")
        #expect(request.parameter("code_challenge_method") == "S256")
        #expect(request.parameter("nonce") == "the-nonce")
    }

    @Test(
        "a pushed request that is refused ends the sign-in",
        arguments: [
            (.json(["error": "invalid_request"], status: 400), .refused("invalid_request")),
            (.json(["error": "temporarily_unavailable"], status: 400), .unavailable("temporarily_unavailable")),
            (.json(["expires_in": 60], status: 201), .invalid("no request_uri")),
        ] as [(ProviderServer.Reply, ProviderFailure)]
    )
    func notPushed(_ reply: ProviderServer.Reply, _ failure: ProviderFailure) throws {
        let bench = try ProviderBench(metadata: { json in
            json.with("pushed_authorization_request_endpoint", .string(json["issuer"]!.string! + "/par"))
        })
        bench.server.replies["/par"] = { _ in reply }
        #expect(try bench.begin().failure == failure)
    }

    @Test("Google gives refresh tokens for a parameter of its own")
    func google() throws {
        let bench = try ProviderBench(settings: { ProviderBench.settings($0, preset: .google) })
        #expect(try bench.begin().get().hasSuffix("&nonce=the-nonce&access_type=offline"))
    }

    @Test("RP9: metadata of another issuer is nobody's", arguments: ["https://other.test", "", nil] as [String?])
    func otherIssuer(_ issuer: String?) throws {
        let bench = try ProviderBench(metadata: { $0.with("issuer", issuer.map(JSONValue.string)) })
        #expect(try bench.begin().failure?.kind == "invalid")
    }

    @Test("RP9: the issuer is compared byte for byte")
    func slash() throws {
        let bench = try ProviderBench(metadata: { $0.with("issuer", .string($0["issuer"]!.string! + "/")) })
        #expect(try bench.begin().failure?.kind == "invalid")
    }

    @Test(
        "an endpoint that leaves https, or this machine, is refused",
        arguments: [
            "authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "revocation_endpoint",
            "end_session_endpoint", "pushed_authorization_request_endpoint",
        ]
    )
    func insecure(_ name: String) throws {
        for place in ["http://idp.example.com/x", "ftp://idp.example.com/x", "javascript:alert(1)", "/x", ""] {
            let bench = try ProviderBench(metadata: { $0.with(name, .string(place)) })
            #expect(try bench.begin().failure?.kind == "invalid")
        }
    }

    @Test(
        "metadata without what a sign-in needs is of no use",
        arguments: ["authorization_endpoint", "token_endpoint"]
    )
    func incomplete(_ name: String) throws {
        let bench = try ProviderBench(metadata: { $0.with(name, nil) })
        #expect(try bench.begin().failure == .invalid("the metadata has no \(name)"))
    }

    @Test(
        "a provider that cannot be reached, or says so, may be there in a while",
        arguments: [.hangUp, .text("", status: 503), .text("", status: 429)] as [ProviderServer.Reply]
    )
    func unavailable(_ reply: ProviderServer.Reply) throws {
        let bench = try ProviderBench()
        bench.server.replies["/.well-known/openid-configuration"] = { _ in reply }
        bench.server.replies["/.well-known/oauth-authorization-server"] = { _ in reply }
        #expect(try bench.begin().failure?.kind == "unavailable")
        // For a second it is not asked again.
        let asked = bench.server.requests.count
        #expect(try bench.begin().failure?.kind == "unavailable")
        #expect(bench.server.requests.count == asked)
    }

    @Test("a provider that is not there is invalid, and redirects are not followed", arguments: [404, 302] as [UInt16])
    func notThere(_ status: UInt16) throws {
        let bench = try ProviderBench()
        bench.server.replies["/.well-known/openid-configuration"] = { _ in .text("", status: status) }
        #expect(try bench.begin().failure?.kind == "invalid")
    }

    @Test("no more than so many turns wait for one provider")
    func bounded() throws {
        let bench = try ProviderBench()
        bench.server.replies["/.well-known/openid-configuration"] = { _ in .silence }
        let results: [Result<String, ProviderFailure>] = try bench.run { done in
            for _ in 0..<ProviderLine.maximumTurns { bench.provider.begin(ProviderBench.request) { _ in } }
            bench.provider.begin(ProviderBench.request) { done([$0]) }
        }
        #expect(results[0].failure == .unavailable("64 sign-ins wait for this provider already"))
    }
}
