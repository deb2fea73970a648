import Testing

@testable import Configuration

@Suite("The YAML reader")
struct YAMLTreeTests {
    @Test("keeps order, styles and positions")
    func tree() throws {
        let document = YAMLTree.read(Array("b: [1, \"1\"]\na:\n  - x: é y\n    z: |\n      w\n".utf8))
        #expect(document.problems.isEmpty)
        #expect(document.root?.outline == "{b: [1 \"1\"] a: [{x: é y z: \"w\n\"}]}")
        guard case .mapping(let entries) = document.root?.content else { return }
        #expect(entries.map(\.keyPosition) == [SourcePosition(line: 1, column: 1), SourcePosition(line: 2, column: 1)])
        guard case .sequence(let elements) = entries[1].value.content else { return }
        #expect(elements[0].position == SourcePosition(line: 3, column: 5))
    }

    @Test("follows aliases")
    func aliases() {
        let document = YAMLTree.read(Array("a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x\n".utf8))
        #expect(document.root?.outline == "{a: [1 2] b: [1 2] c: 3 d: 3}")
    }

    @Test("takes the tags of the core schema")
    func tags() {
        let document = YAMLTree.read(
            Array("a: !!str 12\nb: !!int \"12\"\nc: !!seq [!!null ~, !!bool true, !!float 1.5]\nd: !!map {}".utf8)
        )
        #expect(document.problems.isEmpty)
        #expect(document.root?.outline == "{a: \"12\" b: 12 c: [~ true 1.5] d: {}}")
    }

    @Test(
        "says where and why it stops",
        arguments: [
            ("", "1:1 the policy is empty"),
            ("# nothing\n", "1:1 the policy is empty"),
            ("a: 1\na: 2\n", "2:1 the key \"a\" is already on line 1"),
            ("a: {b: 1, \"b\": 2}\n", "1:11 the key \"b\" is already on line 1"),
            ("a: 1\n---\nb: 2\n", "2:1 a policy is one document; remove this `---` and what follows"),
            ("a: &x {b: 1}\nc:\n  <<: *x\n", "3:3 `<<` merges nothing here; write the keys out, or use `defaults`"),
            ("a: *x\n", "1:4 the alias \"*x\" has no anchor before it"),
            ("a: &x [*x]\n", "1:8 the alias \"*x\" has no anchor before it"),
            ("? [a]\n: 1\n", "1:3 a key must be a word, not a list or a mapping"),
            ("a: !!binary aGk=\n", "1:4 the tag \"tag:yaml.org,2002:binary\" means nothing here; remove it"),
            ("a: !mine [1]\n", "1:4 the tag \"!mine\" means nothing here; remove it"),
            ("a: !!map [1]\n", "1:4 the tag \"tag:yaml.org,2002:map\" means nothing here; remove it"),
            ("a: !!int x\n", "1:4 \"x\" is not what its tag says"),
            (
                "a: 1\n\tb: 2\n",
                "2:1 not valid YAML: found a tab character that violates indentation; indent with spaces, not tabs"
            ),
            (
                "\ta: 1\n",
                "1:1 not valid YAML: found character that cannot start any token; indent with spaces, not tabs"
            ),
            ("a: [1\nb: 2\n", "2:2 not valid YAML: did not find expected ',' or ']'"),
            (
                "a: b: c\n",
                "1:5 not valid YAML: mapping values are not allowed in this context; put a value with `: ` in it in quotes"
            ),
            (
                "a: @b\n",
                "1:4 not valid YAML: found character that cannot start any token; put a value that starts with this character in quotes"
            ),
            (
                "a: [*.example.org]\n",
                "1:6 not valid YAML: did not find expected alphabetic or numeric character; put a value that starts with `*` in quotes"
            ),
            (
                "a: {b: ${NAME}}\n",
                "1:9 not valid YAML: did not find expected ',' or '}'; between { } or [ ] write \"${NAME}\" in quotes"
            ),
            ("a: \"b\n", "2:1 not valid YAML: found unexpected end of stream"),
            ("a: \u{1}\n", "1:4 not valid YAML: control characters are not allowed"),
            ("é: \u{1}\n", "1:4 not valid YAML: control characters are not allowed"),
        ]
    )
    func problems(_ text: String, _ expected: String) {
        #expect(YAMLTree.read(Array(text.utf8)).lines == [expected])
    }

    @Test("names a byte that is no UTF-8")
    func brokenUTF8() {
        let lines = YAMLTree.read(Array("a: 1\nb: ".utf8) + [0xFF, 0x0A]).lines
        #expect(lines == ["2:4 not valid YAML: invalid leading UTF-8 octet"])
    }

    @Test("says all that is wrong with keys at once")
    func several() {
        #expect(YAMLTree.read(Array("a: 1\na: 2\nb: !x 1\nb: 1\n".utf8)).lines.count == 3)
    }

    // MARK: - Bounds

    @Test("takes 1000 aliases and no more")
    func aliasBound() {
        func text(_ count: Int) -> [UInt8] {
            Array(("a: &x 1\nb:\n" + String(repeating: "  - *x\n", count: count)).utf8)
        }
        #expect(YAMLTree.read(text(1000)).problems.isEmpty)
        #expect(YAMLTree.read(text(1001)).lines == ["1003:5 more than 1000 aliases"])
    }

    @Test("stops a billion laughs")
    func bomb() {
        var text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(YAMLTree.read(Array(text.utf8)).lines == ["7:20 more than 4000000 values, aliases followed"])
    }

    @Test("takes 64 levels and no more", arguments: [("[", "]"), ("{a: [", "]}")])
    func depthBound(_ opening: String, _ closing: String) {
        func text(_ depth: Int) -> [UInt8] {
            let pairs = depth / closing.utf8.count
            let openings = String(repeating: opening, count: pairs) + (depth % closing.utf8.count == 1 ? "{" : "")
            let closings = (depth % closing.utf8.count == 1 ? "}" : "") + String(repeating: closing, count: pairs)
            return Array((openings + closings).utf8)
        }
        #expect(YAMLTree.read(text(YAMLLimits.maximumDepth)).problems.isEmpty)
        #expect(
            YAMLTree.read(text(YAMLLimits.maximumDepth + 1)).problems.map(\.message) == [
                "values are nested more than 64 deep"
            ]
        )
        #expect(YAMLTree.read(text(200_000)).problems.map(\.message) == ["values are nested more than 64 deep"])
    }

    @Test("gives a tree or problems for any bytes", arguments: [1, 2, 3, 4] as [UInt64])
    func fuzz(_ seed: UInt64) {
        var random = SplitMix64(state: seed)
        let words = [
            "a", ": ", "- ", "\n", "  ", "[", "]", "{", "}", ", ", "&x ", "*x", "\"", "'", "|\n", ">-\n", "# c\n", "? ",
            "!!str ", "!t ",
            "${A}", "${file:b}", "$${", "${", "<<", "---\n", "...\n", "%YAML 1.2\n", "\t", "\u{FEFF}", "é", "\r\n", "~",
            "1", "\\x41", "\0",
        ]
        for _ in 0..<3000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                if Int.random(in: 0..<12, using: &random) == 0 {
                    bytes.append(UInt8.random(in: 0...255, using: &random))
                } else {
                    bytes += words.randomElement(using: &random)!.utf8
                }
            }
            let document = YAMLTree.read(bytes)
            #expect(document.root != nil || !document.problems.isEmpty)
        }
    }
}

/// Small, and the same on each run.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var word = self.state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension YAMLDocument {
    var lines: [String] {
        self.problems.map { "\($0.position.line):\($0.position.column) \($0.message)" }
    }
}

extension YAMLNode {
    /// The tree on one line; what is not plain is in quotes.
    var outline: String {
        switch self.content {
        case .scalar(let scalar): scalar.isPlain ? scalar.text : "\"\(scalar.text)\""
        case .sequence(let elements): "[" + elements.map(\.outline).joined(separator: " ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\($0.key.text): \($0.value.outline)" }.joined(separator: " ") + "}"
        }
    }
}
