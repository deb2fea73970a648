internal import Bytes
internal import Login
internal import Transport

/// What can be said of `login` by itself: where browsers come back to, where their cookie goes, who ends their TLS.
struct LoginFindings {
    let login: LoginSettings
    let listeners: [ListenerSettings]

    var all: [Finding] { [self.redirect, self.signedOut, self.cookie, self.transport].compactMap { $0 } }

    /// Nil when nobody has to register it.
    var redirect: Finding? {
        let names = self.login.providers.filter { $0.kind != .embedded }.map(\.name)
        guard !names.isEmpty else { return nil }
        let list = names.joined(separator: ", ")
        return .ok(.login, "the redirect URI to register at \(list): \(self.login.baseURL.redirectURI)")
    }

    /// Nil when there is no provider that sends people back from its sign-out.
    var signedOut: Finding? {
        let names = self.login.providers.filter { if case .issuer = $0.kind { true } else { false } }.map(\.name)
        guard !names.isEmpty else { return nil }
        let list = names.joined(separator: ", ")
        return .ok(.login, "the post-logout redirect URI to register at \(list): \(self.login.baseURL.signedOutURI)")
    }

    /// A domain that does not cover the host of `base_url` is no policy.
    var cookie: Finding {
        let host = self.login.baseURL.host
        guard let domain = self.login.cookie.domain else {
            return .ok(.login, "the session's cookie is for \(host) alone")
        }
        return .ok(.login, "the session's cookie is for \(domain) and all below it, with \(host)")
    }

    /// The gateway has to learn that browsers came by https: by ending it, or from a proxy that it believes.
    var transport: Finding {
        let base = self.login.baseURL.text
        guard self.login.baseURL.isSecure else { return self.plainTransport }
        if let secure = self.listeners.first(where: { $0.tls != nil }) {
            return .ok(.login, "\(base): listener \(secure.name) ends TLS")
        }
        if let behind = self.listeners.first(where: { !$0.trustedProxies.isEmpty || $0.trustsUnixPeers }) {
            let text = "\(base): a proxy ends TLS, and listener \(behind.name) believes its X-Forwarded-Proto"
            return .ok(.login, text)
        }
        return .warning(
            .login,
            "\(base) is https, no listener has `tls`, and none believes a proxy that says X-Forwarded-Proto: https",
            remedy: "name the proxy that ends TLS in `trusted_proxies` of the listener, and let it send that field"
        )
    }

    private var plainTransport: Finding {
        let base = self.login.baseURL.text
        guard self.listeners.contains(where: { $0.tls == nil }) else {
            let remedy = "write https in `login.base_url`"
            return .warning(.login, "\(base) is http, and all listeners have `tls`", remedy: remedy)
        }
        return .ok(.login, "\(base): browsers of this machine alone, without TLS")
    }

    // MARK: - Its name

    /// What browsers look up; nil for an address, and for this machine.
    var name: String? {
        let base = self.login.baseURL
        let isAddress = base.host.hasPrefix("[") || base.host.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
        return base.isLoopback || isAddress ? nil : base.host
    }

    func resolved(_ name: String, to addresses: [String]) -> Finding {
        guard let first = addresses.first else {
            return .warning(
                .login,
                "the name \(name) of `login.base_url` does not resolve here; where browsers are it has to",
                remedy: "see whether it is spelt right, and in the DNS that your people use"
            )
        }
        let others = addresses.count > 1 ? " and \(addresses.count - 1) more" : ""
        return .ok(.login, "\(name) is at \(first)\(others)")
    }
}
