import AuthorizationServer
import Gateway
import Transport

// `authorization_server`: the embedded server as a whole.

extension PolicyReader {
    /// `listeners` are those of the policy.
    func authorizationServer(
        _ field: PolicyField,
        behind listeners: [ListenerSettings]
    ) -> AuthorizationServerSettings? {
        guard let section = self.section(field) else { return nil }
        let issuer = section.required("issuer", because: "it is the `iss` of the tokens", self.issuerAddress)
        if let issuer, let field = section.field("issuer") {
            self.warnOfPort(issuer, field, listeners)
            self.checkPrefix(issuer, field)
        }
        let store = section.required("store", because: "write `sqlite:data/gatehouse.db`, or `memory`", self.store)
        let keys = self.signingKeys(section, store)
        let audiences = section.required(
            "audiences",
            because: "the first is the `aud` of tokens for which no `resource` was asked",
            self.texts
        )
        var settings = AuthorizationServerSettings(
            issuer: issuer ?? Self.unknownIssuer,
            store: store ?? .memory,
            keys: keys ?? SigningKeySettings(),
            audiences: audiences ?? []
        )
        section.read("tokens", into: &settings.lifetimes, self.tokenLifetimes)
        section.read("session", into: &settings.session, self.sessionLifetimes)
        section.read("lockout", into: &settings.lockout, self.lockout)
        section.read("scopes", into: &settings.scopes, self.scopeWords)
        settings.clients = section.value("clients") { self.clients($0, of: settings) } ?? []
        section.read("users", into: &settings.users, self.users)
        section.read("registration", into: &settings.allowsRegistration) {
            self.word($0, ["off": false, "token": true])
        }
        section.finish()
        guard issuer != nil, store != nil, keys != nil, let audiences, !audiences.isEmpty else { return nil }
        return settings
    }

    /// Stands for an issuer that is wrong, so that the rest is judged all the same. Nobody sees it.
    private static let unknownIssuer: IssuerAddress = {
        guard let address = try? IssuerAddress("https://unknown.invalid/identity") else {
            preconditionFailure("a plain address is one")
        }
        return address
    }()

    // MARK: - Issuer and store

    private func issuerAddress(_ field: PolicyField) -> IssuerAddress? {
        guard let scalar = self.scalar(field, "an address"), !scalar.isUnset else { return nil }
        do {
            return try IssuerAddress(scalar.text)
        } catch {
            self.error(field, error.explanation)
            return nil
        }
    }

    /// Two servers cannot answer under one prefix.
    private func checkPrefix(_ issuer: IssuerAddress, _ field: PolicyField) {
        let prefix = GatewaySettings.forwardAuthPrefix
        guard self.answersForwardAuth, issuer.path == prefix || issuer.path.hasPrefix(prefix + "/") else { return }
        self.error(field, "a listener has `forward_auth`, whose paths lie under `\(prefix)`; choose another path")
    }

    /// Clients on this machine go where the issuer says. Elsewhere, behind a socket, and where a proxy is trusted, something
    /// stands in between whose port may be any.
    private func warnOfPort(_ issuer: IssuerAddress, _ field: PolicyField, _ listeners: [ListenerSettings]) {
        guard issuer.isLoopback, !listeners.isEmpty else { return }
        for listener in listeners {
            guard case .ip(_, let port) = listener.address, port != issuer.port, listener.trustedProxies.isEmpty
            else { return }
        }
        self.warning(
            field,
            "no listener has port \(issuer.port), so that nobody finds the server there; write the port of a listener"
        )
    }

    private func store(_ field: PolicyField) -> StoreSettings? {
        let expected = "`memory` or `sqlite:PATH`"
        guard let scalar = self.scalar(field, expected), !scalar.isUnset else { return nil }
        if scalar.text == "memory" { return .memory }
        let prefix = "sqlite:"
        let path = String(scalar.text.dropFirst(prefix.count))
        // SQLite takes `:memory:` and an empty name for databases that are nowhere.
        guard scalar.text.hasPrefix(prefix), !path.isEmpty, !path.hasPrefix(":"), !path.hasSuffix("/"),
            !path.utf8.contains(0)
        else {
            self.error(field, "expected \(expected), found \(scalar.quoted)")
            return nil
        }
        return .sqlite(self.located(path))
    }
}

extension IssuerAddress.Fault {
    fileprivate var explanation: String {
        switch self {
        case .notAnAddress: "expected an address such as `https://id.example.com/identity`"
        case .insecure: "http is for this machine alone (127.0.0.1, [::1], localhost); passwords and codes need https"
        case .unusualHost: "requests name a host without a final dot, and without a `:` that no port follows"
        case .hasQuery: "an issuer has neither query nor fragment (RFC 8414, section 2)"
        case .noPath: "an issuer needs a path, which is the prefix of its endpoints: `https://id.example.com/identity`"
        case .unusualPath:
            "the path is segments of letters, digits, `-`, `.`, `_` and `~`, without an empty one and without a final `/`"
        }
    }
}
