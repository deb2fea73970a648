import JOSE
import Telemetry
import Testing

@testable import Login

@Suite("Answers of a token endpoint")
struct TokenAnswerTests {
    private static let good: JSONValue = ["access_token": "a", "token_type": "bearer"]

    private static func read(_ json: JSONValue, status: UInt16 = 200) throws(ProviderFailure) -> OAuthAnswer {
        try OAuthAnswer(status, json, at: 1000)
    }

    @Test("need no more than a token and its type, in any case", arguments: ["Bearer", "bearer", "BEARER"])
    func least(_ type: String) throws {
        let answer = try Self.read(Self.good.with("token_type", .string(type)))
        #expect(answer.accessToken == Redacted("a"))
        #expect(answer.expiresAt == nil)
        #expect(answer.refreshToken == nil)
        #expect(answer.idToken == nil)
    }

    @Test(
        "with another form are of no use",
        arguments: [
            ("token_type", "DPoP"), ("token_type", nil), ("access_token", nil), ("access_token", ""),
            ("access_token", "a\r\nX: y"), ("access_token", "a b"), ("access_token", 7),
            ("access_token", .string(String(repeating: "a", count: 16 * 1024 + 1))), ("refresh_token", ""),
            ("refresh_token", ["a"]), ("id_token", 7), ("expires_in", -1), ("expires_in", .real(1.5)),
            ("expires_in", "soon"),
            ("expires_in", true), ("expires_in", "99999999999999999999"),
        ] as [(String, JSONValue?)]
    )
    func malformed(_ name: String, _ value: JSONValue?) {
        #expect { try Self.read(Self.good.with(name, value)) } throws: { ($0 as? ProviderFailure)?.kind == "invalid" }
    }

    @Test(
        "say how long the token lives: in seconds, and for a year at most",
        arguments: [
            (300, 1300), ("300", 1300), (0, 1000), (.null, nil), (9_000_000_000_000_000_000, 1000 + 366 * 86400),
        ] as [(JSONValue, Int64?)]
    )
    func lifetime(_ value: JSONValue, _ expiresAt: Int64?) throws {
        #expect(try Self.read(Self.good.with("expires_in", value)).expiresAt == expiresAt)
    }

    @Test(
        "say no by an error, even with 200 and a token beside it",
        arguments: [(200, "bad_verification_code"), (400, "invalid_grant"), (401, "invalid_client")]
            as [(UInt16, String)]
    )
    func refused(_ status: UInt16, _ error: String) {
        #expect(throws: ProviderFailure.refused(error)) {
            try Self.read(Self.good.with("error", .string(error)), status: status)
        }
    }

    @Test("are of no use with an error status and no error", arguments: [400, 401, 403] as [UInt16])
    func noError(_ status: UInt16) {
        #expect(throws: ProviderFailure.invalid("the answer is \(status), without an error")) {
            try Self.read(Self.good, status: status)
        }
    }

    @Test("RP14: an error is cut to 256 bytes that a terminal only prints")
    func errorText() {
        let error = "\u{1B}[2J\r\né" + String(repeating: "a", count: 300)
        #expect(ProviderFailure(error: error) == .refused("[2J" + String(repeating: "a", count: 253)))
    }
}
