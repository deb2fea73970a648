import HTTP
import Testing

@Suite("Folded names")
struct FoldedNameSetTests {
    private let set = FoldedNameSet([
        "X-Auth-*", "Remote-User", "x_forwarded_email", "A", "remote.user", "X-Auth-Subject",
    ])

    @Test(
        "holds each way to write a name",
        arguments: [
            ("X-Auth-Subject", 0), ("x-auth-subject", 0), ("X_Auth_Subject", 0), ("x.auth.subject", 0), ("X-AUTH-", 0),
            ("x~auth!", 0),
            ("Remote-User", 1), ("REMOTE_USER", 1), ("remote.user", 1), ("remote!user", 1), ("X-Forwarded-Email", 2),
            ("a", 3),
            ("X-Auth-\(String(repeating: "y", count: 100))", 0),
        ]
    )
    func held(_ name: String, _ pattern: Int) {
        let found = self.set.pattern(of: bytes(name).span)
        #expect(found == pattern)
        #expect(holds(self.set, name))
    }

    @Test(
        "holds nothing else",
        arguments: [
            "", "X", "X-Auth", "X-Autho", "XX-Auth-Subject", "-Auth-A", "Remote-Use", "Remote-Users", "RemoteUser",
            "Remote--User", "Host", "b", "aa",
            "Accept", "X-Forwarded-Emai", "X-Forwarded-Email-", "XAuth-Subject",
        ]
    )
    func notHeld(_ name: String) {
        #expect(!holds(self.set, name))
    }

    @Test("can be empty, hold everything, and hold long names")
    func edges() {
        #expect(!holds(FoldedNameSet([]), "a"))
        #expect(holds(FoldedNameSet(["*"]), "a"))
        #expect(!holds(FoldedNameSet([""]), "a"))
        let long = String(repeating: "n", count: 70)
        let names = FoldedNameSet([long, "p" + long + "*"])
        #expect(holds(names, long))
        #expect(!holds(names, long + "n"))
        #expect(holds(names, "p" + long) && holds(names, "p" + long + "q"))
        #expect(!holds(names, "p" + long.dropLast()))
    }

    @Test("agrees with a list on random names", arguments: 0..<50)
    func random(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = ["a", "B", "-", "_", "x"]
        let patterns = (0..<20).map { _ in
            generator.phrase(of: alphabet, most: 6) + (Bool.random(using: &generator) ? "*" : "")
        }
        let set = FoldedNameSet(patterns)
        for _ in 0..<200 {
            let name = generator.phrase(of: alphabet, most: 7)
            let folded = text(bytes(name).map(\.folded))
            let expected = patterns.contains { pattern in
                let other = text(bytes(pattern).filter { $0 != UInt8(ascii: "*") }.map(\.folded))
                return pattern.hasSuffix("*") ? folded.hasPrefix(other) : folded == other
            }
            #expect(holds(set, name) == expected, "\(name) in \(patterns)")
        }
    }

    @Test(
        "compares folded",
        arguments: [
            ("X-A", "x_a", true), ("X-A", "xa", false), ("a1", "A1", true), ("a.b", "a-c", false), ("", "", true),
        ]
    )
    func equals(_ one: String, _ other: String, _ expected: Bool) {
        let isEqual = bytes(one).span.foldedEquals(bytes(other).span)
        #expect(isEqual == expected)
    }
}

private func holds(_ set: FoldedNameSet, _ name: String) -> Bool {
    set.contains(bytes(name).span)
}
