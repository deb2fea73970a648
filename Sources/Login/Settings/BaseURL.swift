public import Bytes
internal import HTTP

/// An origin of http or https (RFC 6454, section 4), as browsers write it.
public struct BaseURL: Sendable, Equatable {
    /// `https://app.example.com`, without a final slash: what an `Origin` field says of it.
    @Exact public private(set) var text: String
    public let isSecure: Bool
    /// Host and port; without the port that is the scheme's own. In lower case.
    @Exact public private(set) var authority: String
    /// Without port, in lower case; an IPv6 address in its brackets.
    @Exact public private(set) var host: String

    /// Nil for another scheme, a user, a path other than `/`, a query or a fragment, a host with a final dot, and an IP
    /// address in a spelling that no `Origin` has: `respelt` is then what browsers make of it.
    public init?(_ text: String) {
        self.init(asWritten: text)
        guard BrowserHost.spelling(of: self.host) == self.host else { return nil }
    }

    /// What browsers write for `text`, which is right but for the spelling of its IP address; nil if it is wrong otherwise.
    public static func respelt(_ text: String) -> BaseURL? {
        guard let written = BaseURL(asWritten: text), let host = BrowserHost.spelling(of: written.host)
        else { return nil }
        let scheme = written.isSecure ? "https" : "http"
        return BaseURL("\(scheme)://\(host)\(written.authority.dropFirst(written.host.count))")
    }

    private init?(asWritten text: String) {
        guard let uri = URI(text), uri.scheme == "https" || uri.scheme == "http", let server = uri.server,
            !server.host.hasSuffix("."), uri.path.isEmpty || uri.path == "/", uri.query == nil, uri.fragment == nil
        else { return nil }
        let usualPort: UInt16 = uri.scheme == "https" ? 443 : 80
        let port = server.port.flatMap { $0 == usualPort ? nil : ":\($0)" } ?? ""
        self.isSecure = uri.scheme == "https"
        self.host = server.host
        self.authority = server.host + port
        self.text = "\(uri.scheme)://\(server.host)\(port)"
    }

    /// Whether it names this machine: then http will do.
    public var isLoopback: Bool {
        // A host that begins with `127.` may be anybody's name.
        self.host == "localhost" || IPAddress(self.host.filter { !"[]".contains($0) })?.isLoopback ?? false
    }
}
