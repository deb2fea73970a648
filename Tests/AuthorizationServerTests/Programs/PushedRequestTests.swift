import Cryptography
import JOSE
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("Pushing an authorization request")
struct PushedRequestTests {
    private let bench: EndpointBench

    init() throws { self.bench = try EndpointBench() }

    private static let credentials = [("client_id", "site"), ("client_secret", Client.siteSecret.text)]

    private static let request = [
        ("response_type", "code"), ("redirect_uri", "https://site.example.com/callback"),
        ("scope", "openid items:read"),
        ("state", "a b&c"), ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ]

    private func push(
        _ changes: [(String, String)] = [],
        without names: Set<String> = [],
        proofs: [String] = []
    ) -> EndpointAnswer {
        let replaced = names.union(changes.map(\.0))
        let form = Self.credentials + Self.request.filter { !replaced.contains($0.0) } + changes
        return self.bench.post(.par, form) { $0.proofs = proofs }
    }

    private func digest(_ answer: EndpointAnswer) throws -> SecretDigest {
        let uri = try #require(answer.json["request_uri"]?.string)
        let prefix = "urn:ietf:params:oauth:request_uri:"
        try #require(uri.hasPrefix(prefix))
        return SecretDigest(of: String(uri.dropFirst(prefix.count)))
    }

    @Test("gives a reference to it, for a while")
    func pushed() throws {
        let answer = self.push([("resource", "https://api.example.com/orders"), ("unknown", "x")])
        #expect(answer.status == 201)
        #expect(answer["Cache-Control"] == "no-store")
        #expect(answer.json["expires_in"] == 90)
        let digest = try self.digest(answer)
        let kept = try #require(try self.bench.store.pushedRequest(digest, client: "site", at: self.bench.now))
        let members = [("client_id", "site")] + Self.request
        let expected: JSONValue = .object(members.map { JSONMember(name: $0.0, value: .string($0.1)) })
        #expect(kept.parameters == expected.with("resource", ["https://api.example.com/orders"]))
        #expect(try self.bench.store.pushedRequest(digest, client: "docs", at: self.bench.now) == nil)
        let end = self.bench.now + PushedRequestEndpoint.lifetime
        #expect(try self.bench.store.pushedRequest(digest, client: "site", at: end) == nil)
    }

    @Test("AS12: binds the code to a key that is named, proven, or both (RFC 9449, section 10.1)", arguments: 1...3)
    func key(_ ways: Int) throws {
        let client = ProofMaker()
        let named = ways & 1 == 0 ? [] : [("dpop_jkt", try client.thumbprint)]
        let proofs = ways & 2 == 0 ? [] : [try client.proof(for: .par, at: self.bench.now)]
        let digest = try self.digest(self.push(named, proofs: proofs))
        let kept = try #require(try self.bench.store.pushedRequest(digest, client: "site", at: self.bench.now))
        #expect(try kept.parameters["dpop_jkt"] == .string(client.thumbprint))
    }

    @Test("AS12: leads to a code that is redeemed with a proof of the key alone")
    func boundCode() throws {
        let (client, browser) = (ProofMaker(), TestBrowser(self.bench))
        func code() throws -> String {
            let uri = try self.push(proofs: [client.proof(for: .par, at: self.bench.now)]).text("request_uri")
            let page = try browser.follow(browser.get(.authorize, [("client_id", "site"), ("request_uri", uri)]))
            let answer = page.clientParameters == nil ? try self.consented(page, browser) : page
            return try #require(answer.clientParameters?["code"])
        }
        func redeem(_ code: String, _ proofs: [String]) -> EndpointAnswer {
            let own = [("redirect_uri", "https://site.example.com/callback")] + Self.credentials
            return self.bench.redeem(code, own) { $0.proofs = proofs }
        }
        #expect(redeem(try code(), []).error == "invalid_grant")
        #expect(redeem(try code(), [try client.proof(at: self.bench.now)]).json["token_type"] == "DPoP")
    }

    private func consented(_ page: EndpointAnswer, _ browser: TestBrowser) throws -> EndpointAnswer {
        try browser.submit(browser.follow(browser.signIn(page)), [("decision", "allow")])
    }

    @Test("AS12: refuses a proof of another key than the named one, and one that proves nothing")
    func wrongKey() throws {
        let (client, named) = (ProofMaker(), try ProofMaker().thumbprint)
        let proof = try client.proof(for: .par, at: self.bench.now)
        #expect(self.push([("dpop_jkt", named)], proofs: [proof]).error == "invalid_dpop_proof")
        #expect(self.push(proofs: [proof]).error == "invalid_dpop_proof")
        #expect(self.push(proofs: [try client.proof(for: .token, at: self.bench.now)]).error == "invalid_dpop_proof")
        #expect(self.push([("dpop_jkt", "x")]).error == "invalid_request")
    }

    @Test("leads from `authorize` to the page of sign-in, and not for another client")
    func authorize() throws {
        let uri = try #require(self.push().json["request_uri"]?.string)
        let answer = self.bench.get(.authorize, [("client_id", "site"), ("request_uri", uri)])
        #expect(answer.status == 303)
        #expect(answer["Location"]?.contains("/identity/login?") == true)
        #expect(self.bench.get(.authorize, [("client_id", "docs"), ("request_uri", uri)]).status == 400)
        self.bench.now = EndpointBench.start + PushedRequestEndpoint.lifetime
        #expect(self.bench.get(.authorize, [("client_id", "site"), ("request_uri", uri)]).status == 400)
    }

    @Test("is for clients of each kind, which prove who they are")
    func clients() {
        #expect(self.bench.post(.par, Self.request + [("client_id", "site")]).error == "invalid_client")
        let own = [("client_id", "docs"), ("redirect_uri", "http://127.0.0.1:49152/docs/oauth2-redirect")]
        let form = own + Self.request.filter { $0.0 != "redirect_uri" }
        #expect(self.bench.post(.par, form).status == 201)
        let worker = EndpointBench.worker + Self.request
        #expect(self.bench.post(.par, worker).status == 400)
    }

    @Test(
        "AS1, AS4, AS6: is judged as the request itself would be",
        arguments: [
            ("redirect_uri", "https://site.example.com/other", "invalid_request"),
            ("response_type", "token", "unsupported_response_type"),
            ("code_challenge_method", "plain", "invalid_request"),
            ("scope", "admin", "invalid_scope"), ("resource", "https://other.example.com/", "invalid_target"),
            ("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request"),
            ("request", "x", "request_not_supported"), ("prompt", "none login", "invalid_request"),
        ]
    )
    func refused(_ name: String, _ value: String, _ error: String) {
        let answer = self.push([(name, value)])
        #expect(answer.status == 400)
        #expect(answer.error == error)
    }

    @Test("AS4: needs a challenge", arguments: ["code_challenge", "code_challenge_method", "response_type"])
    func missing(_ name: String) {
        #expect(self.push(without: [name]).error == "invalid_request")
    }

    @Test("has a longest request")
    func length() throws {
        let rest = FormEncoding.encode([("client_id", "site")] + Self.request + [("nonce", "")]).utf8.count
        let room = AuthorizationRequest.maximumByteCount - rest
        #expect(self.push([("nonce", String(repeating: "n", count: room))]).status == 201)
        #expect(self.push([("nonce", String(repeating: "n", count: room + 1))]).status == 413)
    }

    @Test("AS19: gives a reference that is nothing else")
    func kinds() throws {
        let uri = try #require(self.push().json["request_uri"]?.string)
        let secret = String(uri.dropFirst("urn:ietf:params:oauth:request_uri:".count))
        let exchange = [
            ("grant_type", "authorization_code"), ("code", secret),
            ("code_verifier", String(repeating: "v", count: 43)),
            ("redirect_uri", "https://site.example.com/callback"),
        ]
        #expect(self.bench.post(.token, Self.credentials + exchange).error == "invalid_grant")
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", secret)]
        #expect(self.bench.post(.token, Self.credentials + refresh).error == "invalid_grant")
        #expect(self.bench.post(.introspect, Self.credentials + [("token", secret)]).json["active"] == false)
    }
}
