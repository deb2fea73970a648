extension YAMLSyntaxError {
    /// libyaml's words, after a sentence about the slip that usually is behind them.
    func explanation(in bytes: [UInt8]) -> String {
        guard let hint = self.hint(in: bytes) else { return "not valid YAML: \(self.problem)" }
        return "not valid YAML: \(self.problem); \(hint)"
    }

    private func hint(in bytes: [UInt8]) -> String? {
        if self.isIndentedByTab(in: bytes) { return "indent with spaces, not tabs" }
        let (before, here) = self.surroundings(in: bytes)
        if here == UInt8(ascii: "{") && before == UInt8(ascii: "$") {
            return "between { } or [ ] write \"${NAME}\" in quotes"
        }
        switch here {
        case UInt8(ascii: ":") where self.problem.hasPrefix("mapping values"):
            return "put a value with `: ` in it in quotes"
        case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"):
            return "put a value that starts with this character in quotes"
        default: break
        }
        if before == UInt8(ascii: "*") { return "put a value that starts with `*` in quotes" }
        if before == UInt8(ascii: "&") { return "put a value that starts with `&` in quotes" }
        return nil
    }

    private func isIndentedByTab(in bytes: [UInt8]) -> Bool {
        let indentation = bytes[self.lineStart(in: bytes)...].prefix { $0 == 0x20 || $0 == 0x09 }
        return indentation.contains(0x09)
    }

    private func lineStart(in bytes: [UInt8]) -> Int {
        var index = 0
        var line = 1
        while line < self.position.line, index < bytes.count {
            if bytes[index] == 0x0A { line += 1 }
            index += 1
        }
        return index
    }

    /// The byte before the position, and the one at it.
    private func surroundings(in bytes: [UInt8]) -> (UInt8?, UInt8?) {
        var index = self.lineStart(in: bytes)
        var column = 1
        while column < self.position.column, index < bytes.count {
            index += 1
            while index < bytes.count, bytes[index] & 0xC0 == 0x80 { index += 1 }
            column += 1
        }
        let before = index > 0 && index <= bytes.count ? bytes[index - 1] : nil
        return (before, index < bytes.count ? bytes[index] : nil)
    }
}
