import JOSE
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("Tokens that are bound to a key")
struct BoundTokenTests {
    let bench: EndpointBench
    let client = ProofMaker()

    init() throws { self.bench = try EndpointBench() }

    private func redeem(_ proofs: [String]) throws -> EndpointAnswer {
        self.bench.redeem(try self.bench.code()) { $0.proofs = proofs }
    }

    private func refresh(_ token: String, _ client: ProofMaker? = nil) throws -> EndpointAnswer {
        let proofs = try client.map { [try $0.proof(at: self.bench.now)] } ?? []
        return self.bench.refresh(token) { $0.proofs = proofs }
    }

    @Test("AS12: name the key, and are of the type DPoP")
    func binding() throws {
        let answer = try self.redeem([self.client.proof(at: self.bench.now)])
        #expect(answer.json["token_type"] == "DPoP")
        let claims = try answer.claims(of: "access_token")
        #expect(try claims["cnf"] == ["jkt": .string(self.client.thumbprint)])
    }

    @Test("AS12: stay Bearer tokens without a proof")
    func unbound() throws {
        let answer = try self.redeem([])
        #expect(answer.json["token_type"] == "Bearer")
        #expect(try answer.claims(of: "access_token")["cnf"] == nil)
    }

    @Test("AS12, AS3, RFC 9449, section 10: come of a code that is bound to a key with a proof of that key alone")
    func boundCode() throws {
        let key = try self.client.thumbprint
        let proof = try self.client.proof(at: self.bench.now)
        #expect(self.bench.redeem(try self.bench.code(keyThumbprint: key)) { $0.proofs = [proof] }.status == 200)
        let other = try ProofMaker().proof(at: self.bench.now)
        for proofs in [[], [other]] {
            let grant = self.bench.grant()
            let code = try self.bench.code(grant, keyThumbprint: key)
            let answer = self.bench.redeem(code) { $0.proofs = proofs }
            #expect(answer.status == 400)
            #expect(answer.error == "invalid_grant")
            #expect(try self.bench.store.grant(grant.id, at: self.bench.now)?.revoked != nil)
        }
    }

    @Test("RFC 9449, section 5: bind a public client's refresh token to the key as well")
    func refresh() throws {
        let first = try self.redeem([self.client.proof(at: self.bench.now)]).text("refresh_token")
        #expect(try self.refresh(first).error == "invalid_grant")
        #expect(try self.refresh(first, ProofMaker()).error == "invalid_grant")
        let second = try self.refresh(first, self.client)
        #expect(second.json["token_type"] == "DPoP")
        #expect(try self.refresh(try second.text("refresh_token"), self.client).status == 200)
    }

    @Test("RFC 9449, section 5: leave a confidential client's refresh token to its secret")
    func confidential() throws {
        let code = try self.bench.code(self.bench.grant(client: "site"), redirectURI: nil)
        let secret = ("client_secret", Client.siteSecret.text)
        let proof = try self.client.proof(at: self.bench.now)
        let answer = self.bench.redeem(code, [("client_id", "site"), ("redirect_uri", ""), secret]) {
            $0.proofs = [proof]
        }
        let refreshed = self.bench.refresh(try answer.text("refresh_token"), [secret], client: "site")
        #expect(refreshed.json["token_type"] == "Bearer")
    }

    @Test("are not given for a proof that was used, or is for another request; the code stays good")
    func refused() throws {
        let code = try self.bench.code()
        let used = try self.client.proof(at: self.bench.now)
        _ = try self.redeem([used])
        let proofs = [
            [used], [try self.client.proof(at: self.bench.now), try self.client.proof(at: self.bench.now)], ["x"],
            [try self.client.proof(for: .userinfo, at: self.bench.now)],
            [try self.client.proof(at: self.bench.now, method: "GET")],
            [try self.client.proof(at: self.bench.now - .seconds(61))],
        ]
        for proofs in proofs {
            let answer = self.bench.redeem(code) { $0.proofs = proofs }
            #expect(answer.status == 400)
            #expect(answer.error == "invalid_dpop_proof")
        }
        #expect(self.bench.redeem(code).status == 200)
    }

    @Test("AS19: know the names of two keys' proofs apart")
    func names() throws {
        let other = ProofMaker()
        let (one, two) = (
            try self.client.proof(at: self.bench.now, identifier: "p-1"),
            try other.proof(at: self.bench.now, identifier: "p-1")
        )
        #expect(try self.redeem([one]).status == 200)
        #expect(try self.redeem([two]).status == 200)
        let again = try self.client.proof(at: self.bench.now + .seconds(1), identifier: "p-1")
        #expect(try self.redeem([again]).error == "invalid_dpop_proof")
    }

    @Test("AS12: are given to clients that act for themselves, too")
    func clientCredentials() throws {
        let proof = try self.client.proof(at: self.bench.now)
        let answer = self.bench.post(
            .token,
            [
                ("grant_type", "client_credentials"), ("client_id", "worker"),
                ("client_secret", Client.workerSecret.text),
            ]
        ) { $0.proofs = [proof] }
        #expect(answer.json["token_type"] == "DPoP")
        #expect(try answer.claims(of: "access_token")["cnf"] == ["jkt": .string(self.client.thumbprint)])
    }
}
