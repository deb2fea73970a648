internal import Glibc

/// A moment as people read it, in UTC: without a script the page does not know their time zone.
public struct PageTime: Sendable {
    /// Seconds since 1970.
    let seconds: Int64

    public init(seconds: Int64) { self.seconds = seconds }

    /// `2026-11-21T13:21:00Z`
    var machineText: String {
        let parts = self.parts
        let date = "\(parts.tm_year + 1900)-\(Self.two(parts.tm_mon + 1))-\(Self.two(parts.tm_mday))"
        return "\(date)T\(self.clock):\(Self.two(parts.tm_sec))Z"
    }

    public func markup(_ words: TimeWords) -> Markup {
        let parts = self.parts
        return Element.time(.dateTime(self)) {
            words.moment.filled([
                .day: .number(Int(parts.tm_mday)),
                .month: .phrase(words.months[Int(parts.tm_mon)]),
                .year: .number(Int(parts.tm_year) + 1900),
                .clock: .foreign(ForeignText(self.clock)),
            ])
        }
    }

    private var clock: String {
        let parts = self.parts
        return "\(Self.two(parts.tm_hour)):\(Self.two(parts.tm_min))"
    }

    private var parts: tm {
        var time = time_t(self.seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        return parts
    }

    private static func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

/// How long somebody has to wait. It is rounded up: who comes back after that time is let in.
public struct Wait: Sendable {
    public let seconds: Int

    public init(_ duration: Duration) {
        let parts = duration.components
        self.seconds = max(1, Int(parts.seconds) + (parts.attoseconds > 0 ? 1 : 0))
    }

    /// In seconds up to two minutes, in minutes up to two hours, in hours above.
    public func markup(_ words: TimeWords) -> Markup {
        if self.seconds < 120 { return words.seconds.filled(self.seconds) }
        let minutes = (self.seconds + 59) / 60
        if minutes < 120 { return words.minutes.filled(minutes) }
        return words.hours.filled((minutes + 59) / 60)
    }
}
