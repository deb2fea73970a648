import Testing

@testable import Configuration

@Suite("A suggestion")
struct SuggestionTests {
    @Test(
        "is the closest word that is close enough",
        arguments: [
            ("scops", "scopes"), ("socpes", "scopes"), ("claim", "claims"), ("anyScope", "any_scope"),
            ("any-scope", "any_scope"),
            ("ANY_SCOPE", "any_scope"), ("isuers", "issuers"), ("audience", "audiences"),
        ]
    )
    func close(_ word: String, _ expected: String) {
        #expect(
            Suggestion.closest(to: word, among: ["issuers", "audiences", "scopes", "any_scope", "claims"]) == expected
        )
    }

    @Test(
        "is none for another word",
        arguments: ["", "x", "roles", "permission", String(repeating: "scopes", count: 20)]
    )
    func far(_ word: String) {
        #expect(Suggestion.closest(to: word, among: ["issuers", "audiences", "scopes", "any_scope", "claims"]) == nil)
    }

    @Test("is not looked for among very many")
    func many() {
        let candidates = (0...Suggestion.maximumCandidates).map { "name\($0)" }
        #expect(Suggestion.closest(to: "nme5", among: candidates) == nil)
        #expect(Suggestion.closest(to: "nme5", among: candidates.dropLast()) == "name5")
    }

    @Test(
        "counts slips of the pen",
        arguments: [
            ("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3), ("abc", "abc", 0),
            ("flaw", "lawn", 2),
        ]
    )
    func distance(_ one: String, _ other: String, _ expected: Int) {
        #expect(Suggestion.distance(Array(one.utf8), Array(other.utf8)) == expected)
    }
}
