import Bytes
import Cryptography
import JOSE
import OAuth
import Telemetry
import Testing

@testable import Login

@Suite("How the gateway proves which client it is")
struct ClientAuthenticationTests {
    private static let name = "token_endpoint_auth_methods_supported"

    @Test(
        "with a secret: in the field unless the provider takes it in the form alone",
        arguments: [
            (nil, true), (["client_secret_basic", "client_secret_post"], true), (["client_secret_post"], false),
        ] as [(JSONValue?, Bool)]
    )
    func secret(_ methods: JSONValue?, _ isBasic: Bool) throws {
        let bench = try ProviderBench(metadata: { $0.with(Self.name, methods) })
        #expect(try bench.finish().failure == nil)
        let request = try #require(bench.server.asked("/token").first)
        #expect((request.field("Authorization") != nil) == isBasic)
        #expect(request.parameter("client_secret") == (isBasic ? nil : "a%3Ab"))
        // One way alone: some take a name in the form for a second one.
        #expect(request.parameter("client_id") == (isBasic ? nil : "the%20client"))
    }

    @Test(
        "a secret is not sent to a provider that does not take it",
        arguments: [["private_key_jwt"], ["none"], []] as [JSONValue]
    )
    func notTaken(_ methods: JSONValue) throws {
        let bench = try ProviderBench(metadata: { $0.with(Self.name, methods) })
        #expect(try bench.finish().failure?.kind == "invalid")
        #expect(bench.server.asked("/token").isEmpty)
    }

    private static func settings(_ origin: String, text: String) -> ProviderSettings {
        ProviderSettings(
            name: "corp",
            kind: .issuer(origin, preset: nil),
            clientID: "the client",
            authentication: .privateKey(Redacted(text))
        )
    }

    @Test("RP10: with a private key: an assertion for the issuer, once, for a minute")
    func privateKey() throws {
        let key = try PrivateKey(generatingFor: .es256)
        let bench = try ProviderBench(settings: { Self.settings($0, text: String(decoding: key.pem(), as: UTF8.self)) })
        #expect(try bench.finish().failure == nil)
        #expect(try bench.finish().failure == nil)
        let keys = JSONWebKeySet(keys: [try #require(try SigningKey(key).published)])
        let now = WallClock.milliseconds / 1000
        let identifiers = try bench.server.asked("/token").map { request in
            #expect(request.field("Authorization") == nil)
            #expect(
                request.parameter("client_assertion_type")
                    == "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            )
            let text = try #require(request.parameter("client_assertion"))
            let read = ClientAssertion(text.utf8Span.span)
            let assertion = try #require(read)
            #expect(assertion.client == "the client")
            let proof = try #require(assertion.verified(keys: keys, audiences: [bench.origin], at: now))
            #expect(58...60 ~= proof.expires - now)
            return proof.identifier
        }
        #expect(Set(identifiers).count == 2)
    }

    @Test("RP10: a key that cannot be read, or is a secret, is refused at once")
    func unusable() {
        let texts = ["", "no key", #"{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#]
        for text in texts {
            #expect(throws: (any Error).self) {
                try ClientAuthentication(Self.settings("http://127.0.0.1", text: text), audience: "a")
            }
        }
    }

    @Test("RP10: no failure shows a secret, a code or a token")
    func secrets() throws {
        let bench = try ProviderBench()
        let words = ["a:b", "a%3Ab", "the-code", "dBjft", "the-refresh", "opaque-access", "Basic"]
        for reply: ProviderServer.Reply in [.hangUp, .text("x", status: 200), .text("x", status: 500), .json([:])] {
            bench.server.replies["/token"] = { _ in reply }
            let text = try #require(try bench.finish().failure).text
            for word in words { #expect(!text.contains(word)) }
        }
    }
}
