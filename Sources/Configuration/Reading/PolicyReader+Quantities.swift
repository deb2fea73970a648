// Durations and sizes: a whole number and its unit.

extension PolicyReader {
    static let maximumDuration = Duration.seconds(36_500 * 86_400)

    func duration(_ field: PolicyField) -> Duration? { self.duration(field, atLeast: .milliseconds(1)) }

    func duration(_ field: PolicyField, atLeast minimum: Duration) -> Duration? {
        guard let duration = self.parsed(field, Duration.policyForm, Self.duration) else { return nil }
        guard duration >= minimum else {
            self.error(field, minimum == .seconds(1) ? "must be at least one second" : "must be longer than no time")
            return nil
        }
        return duration
    }

    /// Whole seconds, for what tokens and headers count in seconds.
    func seconds(_ field: PolicyField, atLeast minimum: Int64 = 0) -> Int64? {
        guard let duration = self.duration(field, atLeast: .seconds(minimum)) else { return nil }
        guard duration.components.attoseconds == 0 else {
            self.error(field, "must be whole seconds")
            return nil
        }
        return duration.components.seconds
    }

    static func duration(_ text: String) -> Duration? {
        guard let (number, unit) = Self.quantity(text) else { return nil }
        let seconds: Int64
        switch unit {
        case "ms": return number <= 1_000_000_000_000 ? .milliseconds(number) : nil
        case "s": seconds = 1
        case "m": seconds = 60
        case "h": seconds = 3600
        case "d": seconds = 86_400
        default: return nil
        }
        let (total, overflow) = number.multipliedReportingOverflow(by: seconds)
        guard !overflow, .seconds(total) <= Self.maximumDuration else { return nil }
        return .seconds(total)
    }

    func size(_ field: PolicyField) -> UInt64? {
        self.parsed(field, "a size such as `512B`, `8KiB` or `10MB`", Self.size)
    }

    func size(_ field: PolicyField, in range: ClosedRange<Int>) -> Int? {
        guard let size = self.size(field) else { return nil }
        guard let value = Int(exactly: size), range.contains(value) else {
            self.error(field, "must be from \(Self.written(range.lowerBound)) to \(Self.written(range.upperBound))")
            return nil
        }
        return value
    }

    /// Units of 1024 have an `i`, those of 1000 have none; a number alone counts bytes.
    static func size(_ text: String) -> UInt64? {
        guard let (number, unit) = Self.quantity(text) else { return nil }
        let factor: Int64
        switch unit {
        case "", "B": factor = 1
        case "kB", "KB": factor = 1000
        case "MB": factor = 1_000_000
        case "GB": factor = 1_000_000_000
        case "KiB": factor = 1 << 10
        case "MiB": factor = 1 << 20
        case "GiB": factor = 1 << 30
        default: return nil
        }
        let (total, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : UInt64(total)
    }

    private static func written(_ bytes: Int) -> String {
        if bytes >= 1 << 20, bytes % (1 << 20) == 0 { return "\(bytes >> 20)MiB" }
        return bytes >= 1 << 10 && bytes % (1 << 10) == 0 ? "\(bytes >> 10)KiB" : "\(bytes)B"
    }

    /// Digits and what follows them.
    private static func quantity(_ text: String) -> (Int64, String)? {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        guard let number = Int64(String(Substring(digits))) else { return nil }
        return (number, String(Substring(text.utf8.dropFirst(digits.count))))
    }
}
