import Testing

@testable import Configuration

@Suite("Interpolation")
struct InterpolationTests {
    let variables = ["A": "one", "EMPTY": "", "NUMBER": "12", "EVIL": "x\nroutes: []\n- ${A}: \"", "_b2": "two"]

    func read(_ text: String) -> YAMLDocument {
        let interpolation = Interpolation { reference in
            switch reference {
            case .variable(let name, let fallback):
                if let value = self.variables[name], !value.isEmpty || fallback == nil { return .text(value) }
                return fallback.map { .text($0) } ?? .problem("\(name) is not set")
            case .file(let path): return .text("contents of \(path)")
            }
        }
        return YAMLTree.read(Array(text.utf8)) { scalar, _ in interpolation.replace(scalar) }
    }

    @Test(
        "replaces references inside scalars",
        arguments: [
            ("v: ${A}", "{v: one}"),
            ("v: \"${A}\"", "{v: \"one\"}"),
            ("v: x${A}y${_b2}z", "{v: xoneytwoz}"),
            ("v: ${NONE:-fallback}", "{v: fallback}"),
            ("v: ${EMPTY:-fallback}", "{v: fallback}"),
            ("v: \"${EMPTY}\"", "{v: \"\"}"),
            ("v: ${NONE:-}", "{v: }"),
            ("v: \"${NONE:-a: $b: {c}\"", "{v: \"a: $b: {c\"}"),
            ("v: ${file:/x/y.pem}", "{v: contents of /x/y.pem}"),
            ("v: $${A}", "{v: ${A}}"),
            ("v: $$${A}", "{v: $${A}}"),
            ("v: $A $ $$", "{v: $A $ $$}"),
            ("v: |\n  ${A}\n", "{v: \"one\n\"}"),
            ("${A}: x", "{one: x}"),
        ]
    )
    func replaced(_ text: String, _ outline: String) {
        let document = self.read(text)
        #expect(document.problems.isEmpty)
        #expect(document.root?.outline == outline)
    }

    @Test("types a plain scalar afterwards and leaves a quoted one text")
    func typed() {
        guard case .sequence(let elements) = self.read("[ \"${NUMBER}\" ]").root?.content,
            case .scalar(let quoted) = elements[0].content,
            case .scalar(let plain) = self.read("${NUMBER}").root?.content
        else {
            Issue.record("expected scalars")
            return
        }
        #expect(quoted.value == .text("12"))
        #expect(plain.value == .integer(12))
    }

    @Test(
        "never adds structure, and never reads a value again",
        arguments: ["v: ${EVIL}", "v: \"${EVIL}\"", "- ${EVIL}", "${EVIL}: v"]
    )
    func attack(_ text: String) throws {
        let document = self.read(text)
        let plain = try #require(YAMLTree.read(Array(text.utf8)).root)
        #expect(document.problems.isEmpty)
        let root = try #require(document.root)
        #expect(root.shape == plain.shape)
        #expect(root.outline.contains("x\nroutes: []\n- ${A}: \""))
    }

    @Test(
        "refuses what is no reference",
        arguments: [
            "v: ${", "v: ${}", "v: ${A", "v: ${1A}", "v: ${A-b}", "v: ${A:b}", "v: ${ A}", "v: ${file:}",
            "v: \"${A\u{301}}\"",
        ]
    )
    func malformed(_ text: String) {
        let messages = self.read(text).problems.map(\.message)
        #expect(messages == [Interpolation.malformed])
    }

    @Test("names each variable that is not set, and what it stood for is unknown")
    func unset() {
        let document = self.read("v: ${NONE} ${A} ${NOT}")
        #expect(document.lines == ["1:4 NONE is not set", "1:4 NOT is not set"])
        guard case .mapping(let entries) = document.root?.content, case .scalar(let scalar) = entries[0].value.content
        else { return }
        #expect(scalar.isUnset)
        #expect(scalar.text == "${NONE} ${A} ${NOT}")
    }
}

extension YAMLNode {
    /// The tree without its scalars.
    fileprivate var shape: String {
        switch self.content {
        case .scalar: "."
        case .sequence(let elements): "[" + elements.map(\.shape).joined() + "]"
        case .mapping(let entries): "{" + entries.map(\.value.shape).joined() + "}"
        }
    }
}
