import Bytes
import HTTP

/// Whose pages a browser may think these are.
///
/// A page of the open web can give its own name our address (DNS rebinding), and would then read the admin pages as
/// if they were its own. It cannot send another `Host` than its name, so only addresses and `localhost` are answered.
/// What the policy configures is an address or `localhost`, too.
enum AdminHost {
    /// `authority` is a valid Host field, or empty: HTTP/1.0 without one is no browser.
    static func isOurs(_ authority: Span<UInt8>) -> Bool {
        guard !authority.isEmpty else { return true }
        var host = ByteBuffer()
        HostName.appendCompared(authority, to: &host)
        let text = host.span.string
        return text == "localhost" || text.hasPrefix("[") || IPAddress(text) != nil
    }
}
