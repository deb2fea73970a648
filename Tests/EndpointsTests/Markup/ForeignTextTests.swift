import Testing

@testable import Endpoints

@Suite("Text of others")
struct ForeignTextTests {
    @Test(
        "is left as it is when it can be seen",
        arguments: [
            "Notes & Tasks", "<b>", "Ünïcödé", "عمر", "می‌خواهم", "क्‍ष", "日本語", "👩‍👩‍👧 🏳️‍🌈 🇩🇪", "Nguyễn Ái", "שָׁלוֹם", "a-b_c.d",
        ]
    )
    func kept(_ text: String) {
        #expect(ForeignText(text).text == text)
    }

    @Test(
        "loses what cannot be seen, or turns what stands beside it around",
        arguments: [
            ("\u{202E}moc.elpmaxe\u{202C}", "moc.elpmaxe"), ("\u{2066}a\u{2069}\u{200E}\u{200F}\u{61C}b", "ab"),
            ("a\u{0}b\u{7}\u{1B}[31m\u{7F}\u{9B}", "ab[31m"),
            ("Ga\u{200B}te\u{200D}\u{200C}\u{FE0F}ho\u{AD}use\u{FEFF}", "Gatehouse"),
            ("\u{3164}\u{115F}\u{1160}\u{FFA0}\u{2800}", ""), ("\u{E0041}\u{E000}\u{FFF9}x", "x"), ("\u{200D}👩", "👩"),
        ]
    )
    func cleaned(_ text: String, _ expected: String) {
        #expect(ForeignText(text).text == expected)
    }

    @Test(
        "is one line, with single spaces",
        arguments: ["a b", " a  b ", "a\r\nb", "a\t\u{A0}\u{2028}\u{2029}\u{3000}b\n", "\u{85}a\u{B}b"]
    )
    func spaces(_ text: String) {
        #expect(ForeignText(text).text == "a b")
    }

    @Test("ends at its limit, and says so")
    func limit() {
        #expect(ForeignText("abcd", limit: 4).text == "abcd")
        #expect(ForeignText("abcde", limit: 4).text == "abcd…")
        #expect(ForeignText("abcd\n\u{200B}", limit: 4).text == "abcd")
        #expect(ForeignText("abc d", limit: 4).text == "abc…")
        #expect(
            ForeignText(String(repeating: "é", count: 100_000)).text.unicodeScalars.count == ForeignText.nameLimit + 1
        )
    }

    @Test("has no towers of accents")
    func accents() {
        #expect(ForeignText("e" + String(repeating: "\u{301}", count: 4) + "f").text.unicodeScalars.count == 5)
        #expect(ForeignText("e\u{301}\u{302}\u{303}f\u{301}").text.unicodeScalars.count == 6)
    }
}
