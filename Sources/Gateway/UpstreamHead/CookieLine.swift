import Bytes
import HTTP

/// The client's `Cookie` field for the upstream, when one of the cookies is not meant for it.
enum CookieLine {
    /// Appends the cookies of `value` as one line, without those that are named; nothing when none is left.
    static func append(_ value: Span<UInt8>, without names: [[UInt8]], to lines: inout ByteBuffer) {
        var cookies = Cookies()
        var isFirst = true
        while let cookie = cookies.next(value) {
            let name = value.extracting(cookie.name)
            if names.contains(where: { name.equals($0.span) }) { continue }
            lines.append(isFirst ? "Cookie: " : "; ")
            lines.append(value.extracting(cookie.pair))
            isFirst = false
        }
        if !isFirst { lines.append("\r\n") }
    }
}
