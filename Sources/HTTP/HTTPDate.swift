internal import Bytes
import Glibc

/// `Date` and its like (RFC 9110 5.6.7).
public enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Sun, 06 Nov 1994 08:49:37 GMT` for seconds since 1970. Not for each request: see `line`.
    public static func text(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        let clock = "\(self.two(parts.tm_hour)):\(self.two(parts.tm_min)):\(self.two(parts.tm_sec))"
        let date = "\(self.two(parts.tm_mday)) \(self.months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
        return "\(self.days[Int(parts.tm_wday)]), \(date) \(clock) GMT"
    }

    /// The whole field line, to be kept for a second.
    public static func line(_ seconds: Int64) -> [UInt8] {
        [UInt8]("Date: \(self.text(seconds))\r\n".utf8)
    }

    /// Seconds since 1970, from 1970 to 9999. Nil for what is no IMF-fixdate: the other two forms of RFC 9110 5.6.7 are
    /// obsolete, and who sends them has other troubles.
    public static func seconds(_ value: Span<UInt8>) -> Int64? {
        guard value.count == self.byteCount else { return nil }
        let text = value.string
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, let month = self.months.firstIndex(of: String(parts[2])),
            let day = Int32(parts[1]), let year = Int32(parts[3]), year >= 1970
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int32($0) }
        guard clock.count == 3 else { return nil }
        var time = tm()
        (time.tm_mday, time.tm_mon, time.tm_year) = (day, Int32(month), year - 1900)
        (time.tm_hour, time.tm_min, time.tm_sec) = (clock[0], clock[1], clock[2])
        let seconds = Int64(timegm(&time))
        // A day, a weekday or an hour that does not exist comes out as another text.
        return self.text(seconds) == text ? seconds : nil
    }

    /// Of an IMF-fixdate.
    private static let byteCount = 29

    private static func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
