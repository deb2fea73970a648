import Bytes
import HTTP
import Policy

/// Requests that another site's page made a browser send, with the token that the browser keeps in a cookie.
extension Exchange {
    /// Only once the token was found valid: what is wrong with it is told first. Other credentials are never sent by a browser
    /// on its own.
    @inline(__always)
    func checkSite() throws(Refusal) {
        guard case .token(_, .cookie) = self.learned.credential else { return }
        try self.checkSite(needsProof: false)
    }

    /// - Parameter needsProof: Whether a request passes only if it says where it comes from.
    func checkSite(needsProof: Bool) throws(Refusal) {
        let scheme = self.clientScheme
        let crossOrigin = self.rules.crossOrigin
        let mayBeForged = self.headBytes.withSpan { bytes in
            CrossSiteRequestForgery.isPossible(
                self.head,
                bytes,
                scheme: scheme,
                crossOrigin: crossOrigin,
                needsProof: needsProof
            )
        }
        guard !mayBeForged else { throw Refusal(.originNotAllowed) }
    }

    /// With what the client asked: a trusted proxy in front may have ended its TLS.
    var clientScheme: StaticString {
        if let told = self.learned.originalScheme { return told.name }
        guard let connection = self.connection else { preconditionFailure("a request without its connection") }
        let own = self.worker.listeners[connection.listenerIndex].scheme
        guard self.learned.isFromTrustedPeer, self.head.fields.count(of: .xForwardedProto) == 1,
            let range = self.head.fields.value(of: .xForwardedProto)
        else { return own }
        return self.headBytes.withSpan { ForwardedScheme($0.bytes(range)) }?.name ?? own
    }
}

/// `X-Forwarded-Proto`.
enum ForwardedScheme {
    case http, https

    /// Nil for what is no scheme of ours. Some proxies tell a WebSocket by its own scheme.
    init?(_ value: Span<UInt8>) {
        if value.equalsIgnoringCase("https") || value.equalsIgnoringCase("wss") {
            self = .https
        } else if value.equalsIgnoringCase("http") || value.equalsIgnoringCase("ws") {
            self = .http
        } else {
            return nil
        }
    }

    var name: StaticString {
        switch self {
        case .http: "http"
        case .https: "https"
        }
    }
}
