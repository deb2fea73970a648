import Bytes

/// What an answer's Cache-Control says about its age (RFC 9111 5.2.2), as far as the gateway acts on it.
public enum CacheControl {
    /// Larger numbers mean this one: "a value that it cannot represent" counts as 2^31 (RFC 9111 1.2.2).
    public static let maximumSeconds: Int64 = 1 << 31

    /// The seconds of `max-age`; nil without one, with a broken one, or when the answer must not be kept.
    public static func maximumAge(_ value: Span<UInt8>) -> Int64? {
        var elements = ListElements()
        var age: Int64?
        while let range = elements.next(value) {
            let directive = value.extracting(range)
            let mayNotBeKept = ["no-store", "no-cache"].contains { directive.startsIgnoringCase(with: $0) }
            if mayNotBeKept { return nil }
            guard directive.startsIgnoringCase(with: "max-age=") else { continue }
            guard age == nil, let seconds = self.seconds(directive.extracting(8...)) else { return nil }
            age = seconds
        }
        return age
    }

    /// `delta-seconds`, also in quotes: "recipients ought to accept both" (RFC 9111 5.2).
    private static func seconds(_ text: Span<UInt8>) -> Int64? {
        let isQuoted = text.count > 2 && text[0] == UInt8(ascii: "\"") && text[text.count - 1] == UInt8(ascii: "\"")
        let digits = isQuoted ? text.extracting(1..<text.count - 1) : text
        guard !digits.isEmpty else { return nil }
        var number: Int64 = 0
        for index in digits.indices {
            guard digits[index].isDigit else { return nil }
            number = min(number * 10 + Int64(digits[index] - 0x30), self.maximumSeconds)
        }
        return number
    }
}
