import HTTP
import JOSE
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("User info")
struct UserInfoTests {
    private let bench: EndpointBench

    init() throws { self.bench = try EndpointBench() }

    private func ask(_ lines: String..., method: Method = .get, origin: String? = nil) -> EndpointAnswer {
        self.bench.answer(
            self.bench.request(method, .userinfo) { request in
                request.authorization = lines
                request.origin = origin
            }
        )
    }

    private func token(_ scopes: [String] = ["openid"], keyThumbprint: String? = nil) throws -> String {
        try self.bench.accessToken(of: self.bench.keptGrant(scopes: scopes), keyThumbprint: keyThumbprint)
    }

    @Test("tells what the scopes ask for", arguments: [Method.get, .post])
    func claims(_ method: Method) throws {
        let few = self.ask("Bearer \(try self.token())", method: method)
        #expect(few.status == 200)
        #expect(few["Cache-Control"] == "no-store")
        #expect(few.json == ["sub": "alice", "groups": ["staff"], "tenant": "acme"])
        let all = self.ask("bearer \(try self.token(["openid", "profile", "email"]))", method: method)
        let expected: JSONValue = [
            "sub": "alice", "name": "Alice", "email": "alice@example.com", "email_verified": true,
            "groups": ["staff"], "tenant": "acme",
        ]
        #expect(all.json == expected)
    }

    @Test("asks for a token without saying more")
    func missing() throws {
        let answer = self.ask()
        #expect(answer.status == 401)
        #expect(answer["WWW-Authenticate"] == "Bearer realm=\"gatehouse\"")
    }

    @Test("never takes a token out of the query or the body")
    func elsewhere() throws {
        let form = [("access_token", try self.token())]
        #expect(self.bench.get(.userinfo, form).status == 401)
        #expect(self.bench.post(.userinfo, form).status == 401)
    }

    @Test("refuses what is no token, and two of them")
    func malformed() throws {
        let token = try self.token()
        for lines in [
            ["Bearer"], ["Bearer "], ["Basic \(token)"], ["Bearer \(token) x"], ["Bearer \(token)", "Bearer x"],
        ] {
            let answer = self.bench.answer(self.bench.request(.get, .userinfo) { $0.authorization = lines })
            #expect(answer.status == 401)
            #expect(answer.error == "invalid_token")
            #expect(answer["WWW-Authenticate"]?.contains("error=\"invalid_token\"") == true)
        }
    }

    @Test("J10, J11: refuses tokens of other kinds")
    func kinds() throws {
        let refreshToken = try self.bench.refreshToken(of: self.bench.keptGrant())
        for token in [self.bench.identityToken(), self.bench.identityToken(type: "logout+jwt"), refreshToken] {
            #expect(self.ask("Bearer \(token)").error == "invalid_token")
        }
        // The same claims under the right type pass, but that their grant is not known.
        #expect(
            self.bench.reader.read(self.bench.identityToken(type: "at+jwt"), keys: self.bench.keys, at: self.bench.now)
                != nil
        )
    }

    @Test("refuses a token that is bound to a key without a proof")
    func bound() throws {
        #expect(self.ask("Bearer \(try self.token(keyThumbprint: "thumb"))").error == "invalid_token")
    }

    @Test("AS12: takes a token that is bound to a key together with a proof, which counts once")
    func proven() throws {
        let maker = ProofMaker()
        let token = try self.token(keyThumbprint: maker.thumbprint)
        let proof = try maker.proof(for: .userinfo, at: self.bench.now, method: "GET", accessToken: token)
        func ask(_ scheme: String) -> EndpointAnswer {
            self.bench.get(.userinfo) { request in
                request.authorization = ["\(scheme) \(token)"]
                request.proofs = [proof]
            }
        }
        #expect(ask("Bearer").error == "invalid_token")
        #expect(ask("DPoP").json["sub"] == "alice")
        let again = ask("DPoP")
        #expect(again.status == 401)
        #expect(again.error == "invalid_dpop_proof")
        let challenge = try #require(again["WWW-Authenticate"])
        #expect(challenge.hasPrefix("DPoP realm=\"gatehouse\", error=\"invalid_dpop_proof\", algs=\""))
    }

    @Test("AS12: asks whoever came with a proof for another one, and says what it may be signed with (RFC 9449, 7.1)")
    func challenges() throws {
        let maker = ProofMaker()
        let proof = try maker.proof(for: .userinfo, at: self.bench.now, method: "GET", accessToken: "x")
        let scopeless = try self.token(["items:read"], keyThumbprint: maker.thumbprint)
        let fitting = try maker.proof(for: .userinfo, at: self.bench.now, method: "GET", accessToken: scopeless)
        let table: [(lines: [String], proofs: [String], expected: String)] = [
            ([], [proof], "DPoP realm=\"gatehouse\", algs="),
            (["DPoP x"], [], "DPoP realm=\"gatehouse\", error=\"invalid_token\", algs="),
            (["dpop \(try self.token())"], [], "DPoP realm=\"gatehouse\", error=\"invalid_token\", algs="),
            (["DPoP x"], [proof], "DPoP realm=\"gatehouse\", error=\"invalid_token\", algs="),
            (["Bearer x"], [proof], "DPoP realm=\"gatehouse\", error=\"invalid_token\", algs="),
            (
                ["DPoP \(scopeless)"], [fitting],
                "DPoP realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"openid\", algs="
            ),
        ]
        for (lines, proofs, expected) in table {
            let answer = self.bench.get(.userinfo) { request in
                request.authorization = lines
                request.proofs = proofs
            }
            let challenge = try #require(answer["WWW-Authenticate"])
            #expect(challenge.hasPrefix(expected))
            #expect(challenge.contains("ES256") && !challenge.contains("HS256"))
        }
    }

    @Test("AS12: refuses proofs of another key, for another token, and for a token that is bound to none")
    func unproven() throws {
        let (maker, stranger) = (ProofMaker(), ProofMaker())
        let token = try self.token(keyThumbprint: maker.thumbprint)
        let unbound = try self.token()
        let table = [
            (stranger, token, token, "invalid_token"), (maker, unbound, token, "invalid_dpop_proof"),
            (maker, unbound, unbound, "invalid_token"),
        ]
        for (maker, proven, shown, error) in table {
            let proof = try maker.proof(for: .userinfo, at: self.bench.now, method: "GET", accessToken: proven)
            let answer = self.bench.get(.userinfo) { request in
                request.authorization = ["DPoP \(shown)"]
                request.proofs = [proof]
            }
            #expect(answer.status == 401)
            #expect(answer.error == error)
        }
    }

    @Test("refuses a token without openid")
    func scope() throws {
        for token in [try self.token(["items:read"]), try self.bench.clientToken()] {
            let answer = self.ask("Bearer \(token)")
            #expect(answer.status == 403)
            #expect(answer.error == "insufficient_scope")
            #expect(answer["WWW-Authenticate"]?.contains("scope=\"openid\"") == true)
        }
    }

    @Test("refuses a token that was revoked, or whose user is gone")
    func gone() throws {
        let grant = try self.bench.keptGrant()
        let token = try self.bench.accessToken(of: grant)
        #expect(self.ask("Bearer \(token)").status == 200)
        _ = try self.bench.store.revokeGrant(grant.id, at: self.bench.now)
        #expect(self.ask("Bearer \(token)").error == "invalid_token")
        let other = try self.bench.accessToken(of: self.bench.keptGrant(user: "mallory"))
        #expect(self.ask("Bearer \(other)").error == "invalid_token")
    }

    @Test("AS15: may be read by pages of the token's client alone")
    func sharing() throws {
        let line = "Bearer \(try self.token())"
        let own = self.ask(line, origin: "https://docs.example.com")
        #expect(own["Access-Control-Allow-Origin"] == "https://docs.example.com")
        #expect(self.ask(line, origin: "https://site.example.com")["Access-Control-Allow-Origin"] == nil)
        #expect(own["Access-Control-Allow-Credentials"] == nil)
    }
}
