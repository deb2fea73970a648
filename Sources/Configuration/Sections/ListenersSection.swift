import Bytes
import Transport

// `listeners`: where requests come in.

extension PolicyReader {
    func listeners(_ field: PolicyField) -> [ListenerSettings]? {
        guard let entries = self.named(field) else { return nil }
        if entries.isEmpty { self.error(field, "there must be at least one listener") }
        return entries.compactMap { name, position, field in
            self.isName(name, field, at: position) ? self.listener(field, named: name.text) : nil
        }
    }

    private func listener(_ field: PolicyField, named name: String) -> ListenerSettings? {
        guard let section = self.section(field) else { return nil }
        let address = section.required("address", self.listenAddress)
        var settings = ListenerSettings(name: name, address: address ?? Self.unknownAddress)
        section.read("tls", into: &settings.tls, self.serverTLS)
        section.value("trusted_proxies", self.trustedProxies).map { settings.trust($0) }
        section.unsupported("proxy_protocol", unless: { $0.says("false") })
        section.read("forward_auth", into: &settings.forwardAuth, self.forwardAuth)
        section.finish()
        self.checkForwardAuth(settings, section)
        if address != nil, let field = section.field("address") { self.claim(settings.address, field) }
        return address == nil ? nil : settings
    }

    /// Stands for an address that cannot be read, so that the rest of its section can be.
    private static let unknownAddress = ListenAddress.unix(path: "")

    private func trustedProxies(_ field: PolicyField) -> [TrustedPeers]? {
        self.list(field, mayBeEmpty: true) { element in
            if element.says("unix") { return .unix }
            guard let network = self.network(element) else { return nil }
            if network.prefixLength == 0 || network == Self.allIPv4 {
                self.warning(element, "everybody may say who the client is, and from where")
            }
            return .network(network)
        }
    }

    /// `true`, or a mapping of what is unusual about it.
    private func forwardAuth(_ field: PolicyField) -> ForwardAuthSettings? {
        guard field.isMapping else { return self.bool(field) == true ? ForwardAuthSettings() : nil }
        guard let section = self.section(field) else { return nil }
        var settings = ForwardAuthSettings()
        section.read("default_method", into: &settings.assumesGET, self.bool)
        section.finish()
        return settings
    }

    /// Whoever asks says which request it is about, and for whom.
    private func checkForwardAuth(_ settings: ListenerSettings, _ section: Section) {
        guard settings.forwardAuth != nil, settings.trustedProxies.isEmpty, !settings.trustsUnixPeers,
            let field = section.field("forward_auth")
        else { return }
        // One that is wrong is enough to say.
        let isWrong = section.field("trusted_proxies").map { !$0.elements.isEmpty } ?? false
        guard !isWrong else { return }
        self.error(field, "needs `trusted_proxies`: the proxies that may ask, since they say what they ask about")
    }

    private static let allIPv4 = Network("0.0.0.0/0")

    /// Two sockets cannot have one address.
    func claim(_ address: ListenAddress, _ field: PolicyField) {
        if let other = self.addresses.updateValue(field.path.description, forKey: address) {
            self.error(field, "the same address as `\(other)`")
        }
    }

    /// Names of things appear in messages, metrics and logs.
    func isName(_ name: YAMLScalar, _ field: PolicyField, at position: SourcePosition) -> Bool {
        if name.isUnset { return true }
        let isName = name.text.utf8.allSatisfy { $0.isLetterOrDigit || "-_.".utf8.contains($0) }
        guard isName, (1...64).contains(name.text.utf8.count) else {
            self.error(field, "a name is 1 to 64 letters, digits, `-`, `_` and `.`", at: position)
            return false
        }
        return true
    }
}

/// One entry of `trusted_proxies`.
private enum TrustedPeers {
    case unix
    case network(Network)
}

extension ListenerSettings {
    fileprivate mutating func trust(_ peers: [TrustedPeers]) {
        for peer in peers {
            switch peer {
            case .unix: self.trustsUnixPeers = true
            case .network(let network): self.trustedProxies.append(network)
            }
        }
    }
}
