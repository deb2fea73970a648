import Bytes
import Policy
import Testing

@testable import Gateway

@Suite("The challenge of RFC 6750")
struct ChallengeTests {
    private func challenge(_ refusal: Refusal) -> String {
        written { Challenge.append(refusal, to: &$0) }
    }

    private static let bearer = "WWW-Authenticate: Bearer realm=\"gatehouse\""

    /// Nothing came, neither a token nor a session.
    private static let withoutCredential: [RefusalCode] = [.tokenMissing, .loginRequired]

    @Test("stands alone when no credential came", arguments: ChallengeTests.withoutCredential)
    func missing(_ code: RefusalCode) {
        #expect(self.challenge(Refusal(code)) == "\(Self.bearer)\r\n")
    }

    @Test(
        "says invalid_token of every other 401, and why",
        arguments: RefusalCode.allCases.filter { $0.status == 401 && !ChallengeTests.withoutCredential.contains($0) }
    )
    func invalid(_ code: RefusalCode) {
        let expected = "\(Self.bearer), error=\"invalid_token\", error_description=\"\(code.detail)\"\r\n"
        #expect(self.challenge(Refusal(code)) == expected)
    }

    @Test("says invalid_request of two credentials")
    func repeated() {
        let expected =
            "\(Self.bearer), error=\"invalid_request\", error_description=\"More than one credential was sent.\""
        #expect(self.challenge(Refusal(.multipleCredentials)) == "\(expected)\r\n")
    }

    @Test("names the scopes that are needed")
    func scopes() {
        var refusal = Refusal(.scopeInsufficient)
        refusal.challengeScopes = Array("read write".utf8)
        let words = "error_description=\"The token lacks a scope that this route requires.\""
        #expect(
            self.challenge(refusal)
                == "\(Self.bearer), error=\"insufficient_scope\", \(words), scope=\"read write\"\r\n"
        )
    }

    private static let algorithms = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA"

    @Test(
        "RFC 9449, section 7.1: asks for another proof whoever came with one, and says how to sign it",
        arguments: [
            (.proofInvalid, "invalid_dpop_proof"), (.tokenExpired, "invalid_token"),
            (.multipleCredentials, "invalid_request"),
        ] as [(RefusalCode, String)]
    )
    func proof(_ code: RefusalCode, _ error: String) {
        var refusal = Refusal(code)
        refusal.scheme = .proof
        let words = "error=\"\(error)\", error_description=\"\(code.detail)\""
        let expected = "WWW-Authenticate: DPoP realm=\"gatehouse\", \(words), algs=\"\(Self.algorithms)\"\r\n"
        #expect(self.challenge(refusal) == expected)
    }

    @Test(
        "is in no other answer",
        arguments: RefusalCode.allCases.filter {
            $0.status != 401 && $0 != .multipleCredentials && $0 != .scopeInsufficient
        }
    )
    func none(_ code: RefusalCode) {
        #expect(self.challenge(Refusal(code)) == "")
    }
}
