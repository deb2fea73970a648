internal import Bytes
package import Stores
internal import Telemetry

extension Timestamp {
    /// RFC 3339 in whole seconds, which is what people read; `-` for a year that it has no word for.
    package var text: String {
        // 10000-01-01T00:00:00Z.
        guard (0..<253_402_300_800).contains(self.seconds) else { return "-" }
        var clock = WallClock()
        var buffer = ByteBuffer()
        clock.append(self.seconds * 1000, to: &buffer)
        return String(decoding: buffer.span.array.prefix(19), as: UTF8.self) + "Z"
    }

    /// This moment.
    package static var now: Timestamp { Timestamp(milliseconds: WallClock.milliseconds) }
}
