import Login

// What of `login` is right by itself, and leads people elsewhere than they wanted to go.

extension PolicyReader {
    /// Browsers send a cookie to the host that set it, or to all below its domain (RFC 6265, section 5.4).
    func warnOfOtherHosts(_ routes: [PlacedRoute], _ settings: LoginSettings) {
        for route in routes where !route.settings.hosts.isEmpty {
            let hosts = route.settings.hosts
            guard hosts.allSatisfy(settings.reaches) else {
                let some = hosts.contains(where: settings.reaches) ? "some" : "the"
                self.warning(
                    route.field,
                    "browsers do not send the session to \(some) hosts of this route; sessions are for the host of "
                        + "`base_url`, or for all below `cookie.domain`"
                )
                continue
            }
            guard !hosts.allSatisfy(settings.leadsBack) else { continue }
            self.warning(
                route.field,
                "who signs in at a host of this route comes back to the host of `base_url`; list each other host in "
                    + "`return_to`, such as `https://shop.example.com`"
            )
        }
    }

    /// Browsers go to the embedded server's address themselves.
    func warnOfHiddenIssuer(_ settings: LoginSettings, _ section: Section) {
        guard self.authorizationServer?.issuer.isLoopback == true, !settings.baseURL.isLoopback,
            let provider = settings.providers.first(where: { $0.kind == .embedded }),
            let field = section.field("providers")?.member(provider.name)?.member("embedded")
        else { return }
        self.warning(
            field,
            "people are sent to the `issuer` of `authorization_server`, which is of this machine alone, while they see the "
                + "gateway at `base_url`; write an issuer below that, such as `https://app.example.com/identity`"
        )
    }
}

extension LoginSettings {
    /// Whether a browser sends the session to some host that fits `pattern`.
    fileprivate func reaches(_ pattern: String) -> Bool {
        let host = pattern.hasPrefix("*.") ? String(pattern.dropFirst(2)) : pattern
        guard let domain = self.cookie.domain else {
            return pattern.hasPrefix("*.") ? self.baseURL.host.hasSuffix("." + host) : self.baseURL.host == host
        }
        return host == domain || host.hasSuffix("." + domain) || pattern.hasPrefix("*.") && domain.hasSuffix("." + host)
    }

    /// Whether a browser at some host that fits `pattern` comes back there from sign-in.
    fileprivate func leadsBack(to pattern: String) -> Bool {
        ([self.baseURL] + self.returnTo).contains { origin in
            pattern.hasPrefix("*.") ? origin.host.hasSuffix(pattern.dropFirst()) : origin.host == pattern
        }
    }
}
