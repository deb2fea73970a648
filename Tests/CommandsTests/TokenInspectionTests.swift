import Cryptography
import Gateway
import JOSE
import Policy
import Testing

@testable import Commands

@Suite("Inspecting a token")
struct TokenInspectionTests {
    let now = CommandFixture.now

    @Test(
        "names the first failure, and what the policy asks for",
        arguments: [
            ("iss=https://other.test", .issuerUnknown, "the policy knows https://issuer.test"),
            ("exp=1", .tokenExpired, "exp is 1970-01-01T00:00:01Z, "),
            ("nbf=1800000120", .tokenNotYetValid, "nbf is 2027-01-15T08:02:00Z, in 2m"),
            ("aud=other", .audienceMismatch, "aud is \"other\"; issuer corp asks for one of items-api"),
            ("sub=", .claimMissing, "the claim is `sub`"),
            ("cnf={\"jkt\":\"x\"}", .proofInvalid, "`Authorization: DPoP` with a proof of that key"),
            ("cnf={\"x5t#S256\":\"x\"}", .proofInvalid, "cannot be proved here"),
            ("exp=soon", .tokenMalformed, "the claim `exp` has the wrong type"),
        ] as [(String, RefusalCode, String)]
    )
    func refused(_ claim: String, _ code: RefusalCode, _ words: String) throws {
        let bench = try CommandFixture()
        let settings = try bench.settings()
        let inspection = try self.inspect(bench, settings, claims: [claim])
        guard case .refused(code, let reason) = inspection.verdict else {
            Issue.record("\(inspection.verdict)")
            return
        }
        #expect(reason?.contains(words) == true, "\(reason ?? "")")
    }

    @Test("says that keys which are fetched are not asked for", arguments: ["discovery", "{ url: https://i.test/k }"])
    func fetchedKeys(_ source: String) throws {
        let bench = try CommandFixture()
        let inspection = try self.inspect(bench, bench.settings(["keys": source]))
        guard case .refused(.keysUnavailable, let reason) = inspection.verdict else {
            Issue.record("\(inspection.verdict)")
            return
        }
        #expect(reason?.contains("fetched by a running gateway") == true)
    }

    @Test("tells another key from a wrong signature")
    func keys() throws {
        let bench = try CommandFixture()
        let settings = try bench.settings()
        let stranger = try self.inspect(CommandFixture(), settings)
        #expect(stranger.code == .keyUnknown)
        let token = try self.token(bench, settings)
        let cut = String(token.dropLast(8)) + "AAAAAAAA"
        #expect(TokenInspection(cut, settings: settings, at: self.now).code == .signatureInvalid)
    }

    @Test("is not confused by what is no token", arguments: ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "{}"])
    func noToken(_ text: String) throws {
        let inspection = TokenInspection(text, settings: try CommandFixture().settings(), at: self.now)
        #expect(inspection.code == .tokenMalformed)
        #expect(inspection.claims == nil)
    }

    @Test("knows the limit of the policy")
    func tooLarge() throws {
        let bench = try CommandFixture()
        let text = String(repeating: "a", count: 9000)
        let inspection = try self.inspect(bench, bench.settings(), claims: ["text=\(text)"])
        #expect(inspection.code == .tokenTooLarge)
    }

    @Test("prints dates for people and passes no control character on")
    func text() throws {
        let bench = try CommandFixture()
        let settings = try bench.settings()
        let inspection = try self.inspect(bench, settings, claims: ["evil=\u{1B}[2J\u{9B}2J", "e\u{07}=1"])
        let text = inspection.text(at: self.now)
        #expect(text.contains("  exp      1800000600 (2027-01-15T08:10:00Z, in 10m)\n"))
        #expect(text.contains("accepted: issuer corp, no scopes\n"))
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
    }

    @Test("prints the same for programs")
    func json() throws {
        let bench = try CommandFixture()
        let settings = try bench.settings()
        #expect(try self.inspect(bench, settings).json["accepted"] == true)
        let refused = try self.inspect(bench, settings, claims: ["exp=1"]).json
        #expect(refused["accepted"] == false)
        #expect(refused["code"] == "token_expired")
        #expect(refused["claims"]?["exp"] == 1)
    }

    private func inspect(_ bench: CommandFixture, _ settings: GatewaySettings, claims: [String] = []) throws
        -> TokenInspection
    {
        TokenInspection(try self.token(bench, settings, claims: claims), settings: settings, at: self.now)
    }

    private func token(_ bench: CommandFixture, _ settings: GatewaySettings, claims: [String] = []) throws -> String {
        var request = TokenMint.Request()
        request.claims = claims.compactMap(ClaimAssignment.init)
        return try TokenMint(key: bench.key.pem(), settings: settings, issuerName: nil).mint(request, at: self.now)
    }
}

extension TokenInspection {
    var code: RefusalCode? {
        if case .refused(let code, _) = self.verdict { code } else { nil }
    }
}
