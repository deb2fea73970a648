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

    private static func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
