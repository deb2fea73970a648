import Bytes

/// In which form a proxy asks whether to let a request pass, and is answered: by the path that it asks on.
enum ForwardAuthForm: CaseIterable {
    /// nginx, `auth_request`: knows 200, 401 and 403, and nothing that leads elsewhere.
    case authRequest
    /// Traefik and Caddy: whatever is no 2xx goes to the client as it is.
    case forward
    /// Envoy, ext_authz over HTTP: the path of the request that it asks about stands behind this one.
    case envoy

    /// All paths of the gateway's own that stand beside those of the authorization server.
    static let prefix: StaticString = "/oauth2"

    var path: StaticString {
        switch self {
        case .authRequest: "/oauth2/auth"
        case .forward: "/oauth2/auth/forward"
        case .envoy: "/oauth2/auth/envoy"
        }
    }

    /// The form that asks on `path`, as it was sent: what the normaliser would make of it may be what a client wrote behind
    /// the path of another form.
    init?(askedOn path: Span<UInt8>) {
        for form in Self.allCases where form.isAskedOn(path) {
            self = form
            return
        }
        return nil
    }

    private func isAskedOn(_ path: Span<UInt8>) -> Bool {
        let count = self.path.utf8CodeUnitCount
        switch self {
        case .authRequest, .forward: return path.equals(self.path)
        case .envoy:
            return path.count > count && path[count] == UInt8(ascii: "/") && path.extracting(..<count).equals(self.path)
        }
    }

    /// Whether a normalised path is one of the gateway's own.
    static func isBelowPrefix(_ path: Span<UInt8>) -> Bool {
        let count = self.prefix.utf8CodeUnitCount
        guard path.count >= count, path.extracting(..<count).equals(self.prefix) else { return false }
        return path.count == count || path[count] == UInt8(ascii: "/")
    }
}

/// A proxy's question, as long as it is under way.
struct ForwardAuthCall {
    let form: ForwardAuthForm
    /// Whether the proxy asks by HEAD, whatever the method is that it asks about.
    let isHead: Bool

    /// Of a question's own body, in bytes; it is read and forgotten. Proxies send none unless they are told to.
    static let maximumBodyByteCount: UInt64 = 1024 * 1024
}
