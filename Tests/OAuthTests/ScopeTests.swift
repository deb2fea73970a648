import OAuth
import Testing

@Suite("Scopes")
struct ScopeTests {
    static let words = (0..<200).map { "scope:\($0)" }

    @Test("a table gives each word one index, and knows no other")
    func table() {
        var table = ScopeTable(Self.words + Self.words)
        #expect(table.words == Self.words)
        for (index, word) in Self.words.enumerated() { #expect(table.index(of: word) == index) }
        for word in ["", "scope", "scope:200", "SCOPE:1", "scope:1 "] { #expect(table.index(of: word) == nil) }
        #expect(table.intern("new") == 200)
        #expect(table.index(of: "new") == 200)
    }

    @Test("scopes are words: admin is not in superadmin, nor is a Kelvin sign a K")
    func words() {
        let table = ScopeTable(["superadmin", "K"])
        #expect(table.index(of: "admin") == nil)
        #expect(table.index(of: "\u{212A}") == nil)
    }

    @Test("a set has its members, below and above 64", arguments: [0, 1, 63, 64, 65, 127, 128, 199])
    func members(_ index: Int) {
        var set = ScopeSet()
        #expect(set.isEmpty)
        set.insert(index)
        #expect((0..<256).filter { set.contains($0) } == [index])
        #expect(!set.isEmpty)
    }

    @Test("sets compare like sets of numbers")
    func comparisons() {
        let samples: [Set<Int>] = [
            [], [0], [63], [64], [0, 64], [0, 63, 64, 130], [130], [1, 2, 3], [0, 1, 2, 3], [190],
        ]
        for one in samples {
            for other in samples {
                #expect(Self.set(one).isSuperset(of: Self.set(other)) == one.isSuperset(of: other))
                #expect(Self.set(one).intersects(Self.set(other)) == !one.isDisjoint(with: other))
                #expect((Self.set(one) == Self.set(other)) == (one == other))
            }
        }
    }

    static func set(_ indices: Set<Int>) -> ScopeSet {
        var set = ScopeSet()
        for index in indices { set.insert(index) }
        return set
    }
}
