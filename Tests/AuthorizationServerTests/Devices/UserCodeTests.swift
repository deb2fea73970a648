import Testing

@testable import AuthorizationServer

@Suite("User codes")
struct UserCodeTests {
    @Test("RFC 8628, section 6.1: have eight letters without vowels, in two halves")
    func form() {
        for _ in 1...200 {
            let shown = Array(UserCode().shown.utf8)
            #expect(shown.count == 9)
            #expect(shown[4] == UInt8(ascii: "-"))
            #expect(shown.filter { "BCDFGHJKLMNPQRSTVWXZ".utf8.contains($0) }.count == 8)
        }
    }

    @Test("use all letters alike")
    func distribution() {
        var counts: [Character: Int] = [:]
        for _ in 1...2000 {
            for letter in UserCode().shown where letter != "-" { counts[letter, default: 0] += 1 }
        }
        // 800 are expected of each; a fair one is out of these bounds with a probability of less than 10^-9.
        #expect(counts.count == 20)
        #expect(counts.values.allSatisfy { 600...1000 ~= $0 })
    }

    @Test(
        "RFC 8628, section 6.1: are typed in any case, with or without hyphens and spaces",
        arguments: ["WDJB-MJHT", "wdjb-mjht", "WDJBMJHT", "wdjb mjht", " W D J B - M J H T "]
    )
    func typed(_ text: String) throws {
        let code = try #require(UserCode(typed: text))
        #expect(code.shown == "WDJB-MJHT")
        #expect(code.digest == UserCode(typed: "WDJB-MJHT")?.digest)
    }

    @Test(
        "are nothing else",
        arguments: ["", "WDJB-MJH", "WDJB-MJHTT", "WDJA-MJHT", "WDJ0-MJHT", "WDJB_MJHT", "ＷDJB-MJHT", "WDJB-MJHT\u{0}"]
    )
    func refused(_ text: String) { #expect(UserCode(typed: text) == nil) }
}
