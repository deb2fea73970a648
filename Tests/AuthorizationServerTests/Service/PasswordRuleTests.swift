import AuthorizationServer
import Cryptography
import Testing

@Suite("The rule for new passwords")
struct PasswordRuleTests {
    /// An `e` with an accent of its own: one letter on the screen, two code points.
    private static let accented = "e\u{301}"

    @Test(
        "wants twelve code points, whatever they look like or weigh",
        arguments: [
            ("", false), ("12345678901", false), ("123456789012", true), (String(repeating: "ä", count: 11), false),
            (String(repeating: accented, count: 6), true), (String(repeating: accented, count: 5), false),
        ]
    )
    func length(_ password: String, _ isTaken: Bool) {
        for scheme in [PasswordHash.Scheme.yescrypt, .bcrypt] {
            if isTaken {
                #expect(throws: Never.self) { try PasswordRule.check(password, for: scheme) }
            } else {
                #expect(throws: PasswordRule.Fault.tooShort) { try PasswordRule.check(password, for: scheme) }
            }
        }
    }

    @Test("takes nothing of which the end would not count", arguments: [PasswordHash.Scheme.yescrypt, .bcrypt])
    func maximum(_ scheme: PasswordHash.Scheme) {
        let longest = String(repeating: "a", count: scheme.maximumPasswordByteCount)
        #expect(throws: Never.self) { try PasswordRule.check(longest, for: scheme) }
        #expect(throws: PasswordRule.Fault.tooLong(maximumByteCount: longest.utf8.count)) {
            try PasswordRule.check(longest + "a", for: scheme)
        }
    }
}
