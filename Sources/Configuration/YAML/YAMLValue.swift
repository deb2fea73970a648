/// What a scalar is by the core schema of YAML 1.2 (10.3.2), except that only `true` and `false` are booleans.
enum YAMLValue: Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case real(Double)
    case text(String)
}

extension YAMLScalar {
    var value: YAMLValue {
        guard self.isPlain else { return .text(self.text) }
        switch self.text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        if let integer = Self.integer(self.text) { return .integer(integer) }
        if let real = Self.real(self.text) { return .real(real) }
        return .text(self.text)
    }

    var isNull: Bool { self.value == .null }

    /// `[-+]?[0-9]+`, `0o[0-7]+` or `0x[0-9a-fA-F]+`, when it fits.
    private static func integer(_ text: String) -> Int64? {
        let bytes = text.utf8
        guard let first = bytes.first, first == 0x2B || first == 0x2D || (0x30...0x39).contains(first) else {
            return nil
        }
        if text.hasPrefix("0o") { return Self.unsigned(bytes.dropFirst(2), radix: 8) }
        if text.hasPrefix("0x") { return Self.unsigned(bytes.dropFirst(2), radix: 16) }
        return Int64(text)
    }

    // `Int64("+7", radix: 8)` takes a sign, which the schema does not have here.
    private static func unsigned(_ digits: Substring.UTF8View, radix: Int) -> Int64? {
        guard let first = digits.first, first != 0x2B, first != 0x2D else { return nil }
        return Int64(String(Substring(digits)), radix: radix)
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, the infinities, and `.nan`.
    private static func real(_ text: String) -> Double? {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
        case "-.inf", "-.Inf", "-.INF": return -.infinity
        case ".nan", ".NaN", ".NAN": return .nan
        default: break
        }
        var rest = text.utf8[...]
        rest.skip { $0 == 0x2B || $0 == 0x2D }
        let whole = rest.skipDigits()
        var fraction = 0
        if rest.skip({ $0 == 0x2E }) { fraction = rest.skipDigits() }
        guard whole + fraction > 0 else { return nil }
        if rest.skip({ $0 | 0x20 == 0x65 }) {
            rest.skip { $0 == 0x2B || $0 == 0x2D }
            guard rest.skipDigits() > 0 else { return nil }
        }
        return rest.isEmpty ? Double(text.hasSuffix(".") ? text + "0" : text) : nil
    }
}

extension Substring.UTF8View {
    /// Takes one byte if it is what is asked for.
    @discardableResult
    fileprivate mutating func skip(_ isWanted: (UInt8) -> Bool) -> Bool {
        guard let first = self.first, isWanted(first) else { return false }
        self.removeFirst()
        return true
    }

    fileprivate mutating func skipDigits() -> Int {
        var count = 0
        while self.skip({ (0x30...0x39).contains($0) }) { count += 1 }
        return count
    }
}
