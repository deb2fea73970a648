internal import Bytes

extension Client {
    /// The registered redirect URI that a request means (RFC 6749, section 3.1.2.3), as it was sent; nil if there is none.
    ///
    /// URIs are compared byte by byte (RFC 9700, section 2.1), but for the port of a literal loopback address, which an
    /// application gets from its system when it starts (RFC 8252, section 7.3). Without one in the request a client that has
    /// registered one alone means that.
    func registered(redirectURI: String?) -> String? {
        guard let redirectURI else { return self.redirectURIs.count == 1 ? self.redirectURIs[0] : nil }
        // The gateway knows its port.
        let mayChoosePort = self.authentication != .gateway
        let isRegistered = self.redirectURIs.contains { own in
            own.hasSameBytes(as: redirectURI)
                || mayChoosePort && LoopbackAddress(own).map { $0 == LoopbackAddress(redirectURI) } ?? false
        }
        return isRegistered ? redirectURI : nil
    }
}

/// A redirect URI at a literal address of this machine, without its port. `localhost` is a name, and none of these: what it
/// means is up to a resolver (RFC 8252, section 8.3).
private struct LoopbackAddress: Equatable {
    @Exact var host: String
    /// Path and query.
    @Exact var rest: String

    /// Nil for every other URI.
    init?(_ uri: String) {
        guard let host = Self.hosts.first(where: { uri.utf8.starts(with: $0.utf8) }) else { return nil }
        let rest = Self.withoutPort(uri.utf8.dropFirst(host.utf8.count))
        // Whatever else stands here makes it another host, or a user name: `http://127.0.0.1@evil.example`.
        guard let rest, rest.isEmpty || rest.first == UInt8(ascii: "/") || rest.first == UInt8(ascii: "?") else {
            return nil
        }
        self.host = host
        self.rest = String(decoding: rest, as: UTF8.self)
    }

    private static let hosts = ["http://127.0.0.1", "http://[::1]"]

    /// Nil for a port that is none.
    private static func withoutPort(_ text: Substring.UTF8View) -> Substring.UTF8View? {
        guard text.first == UInt8(ascii: ":") else { return text }
        let digits = text.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard digits.count <= 5, let port = String(digits).flatMap({ UInt16($0) }), port > 0 else { return nil }
        return text.dropFirst(1 + digits.count)
    }
}
