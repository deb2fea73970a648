import Testing

@testable import Configuration

@Suite("A plain scalar")
struct YAMLValueTests {
    @Test(
        "has the type that the core schema of YAML 1.2 gives it",
        arguments: [
            ("", YAMLValue.null), ("~", .null), ("null", .null), ("NULL", .null),
            ("true", .bool(true)), ("false", .bool(false)),
            ("0", .integer(0)), ("-12", .integer(-12)), ("+12", .integer(12)), ("010", .integer(10)),
            ("0o17", .integer(15)), ("0x1F", .integer(31)),
            ("1.5", .real(1.5)), (".5", .real(0.5)), ("1.", .real(1)), ("1e3", .real(1000)), ("-1.5E-1", .real(-0.15)),
            (".inf", .real(.infinity)), ("-.INF", .real(-.infinity)),
            ("99999999999999999999", .real(1e20)),
        ]
    )
    func core(_ text: String, _ value: YAMLValue) {
        #expect(YAMLScalar(text, isPlain: true).value == value)
    }

    @Test(
        "that merely looks like something else is text",
        arguments: [
            "True", "yes", "no", "on", "off", "0b11", "0o8", "0x", "0x+1", "1_000", "1:30", "e3", ".", "-", "+", "1e",
            "1e+",
            "inf", "nan", "1.2.3", "--1", " 1",
        ]
    )
    func text(_ text: String) {
        #expect(YAMLScalar(text, isPlain: true).value == .text(text))
    }

    @Test("is text when it is quoted", arguments: ["true", "12", "", "null", "1.5"])
    func quoted(_ text: String) {
        #expect(YAMLScalar(text, isPlain: false).value == .text(text))
    }
}
