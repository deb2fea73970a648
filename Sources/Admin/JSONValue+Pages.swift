import Bytes
import JOSE
import Telemetry

/// The values that the admin pages are made of.
extension JSONValue {
    static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    static func texts(_ list: [String]) -> JSONValue { .array(list.map { .string($0) }) }

    /// Seconds since 1970 as RFC 3339; null for none.
    static func time(_ seconds: Int64?) -> JSONValue {
        guard let seconds, seconds >= 0 else { return .null }
        var text = ByteBuffer()
        var clock = WallClock()
        clock.append(seconds * 1000, to: &text)
        return .string(text.span.string)
    }
}

extension AdminAnswer {
    init(status: UInt16 = 200, _ value: JSONValue) {
        var text = ByteBuffer()
        text.append(text: value.jsonText)
        text.append("\n")
        self.init(status: status, json: text)
    }
}
