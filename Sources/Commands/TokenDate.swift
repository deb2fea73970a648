internal import Bytes
internal import JOSE
internal import Telemetry

/// A date of a token (RFC 7519, section 2) for people: `2026-01-02T03:04:05Z, in 9m 58s`.
struct TokenDate {
    let seconds: Int64

    /// Nil for what is no number, or before 1970 or after 9999.
    init?(_ value: JSONValue) {
        let seconds: Int64? =
            switch value {
            case .integer(let number): number
            case .real(let number): Int64(exactly: number.rounded(.down))
            case .null, .bool, .string, .array, .object: nil
            }
        guard let seconds, (0..<253_402_300_800).contains(seconds) else { return nil }
        self.seconds = seconds
    }

    /// The date, and how far it is from `now`.
    func description(at now: Int64) -> String {
        let distance = self.seconds - now
        if distance == 0 { return "\(self.text), now" }
        return distance > 0 ? "\(self.text), in \(Self.span(distance))" : "\(self.text), \(Self.span(-distance)) ago"
    }

    private var text: String {
        var clock = WallClock()
        var buffer = ByteBuffer()
        clock.append(self.seconds * 1000, to: &buffer)
        // Tokens count whole seconds; the clock writes milliseconds behind the nineteenth character.
        return String(decoding: buffer.span.array.prefix(19), as: UTF8.self) + "Z"
    }

    /// The two largest units: `3d 4h`, `9m 58s`.
    private static func span(_ seconds: Int64) -> String {
        let units: [(String, Int64)] = [
            ("d", seconds / 86_400), ("h", seconds / 3600 % 24), ("m", seconds / 60 % 60), ("s", seconds % 60),
        ]
        return units.drop { $0.1 == 0 }.prefix(2).filter { $0.1 > 0 }.map { "\($0.1)\($0.0)" }.joined(separator: " ")
    }
}
