import Login
import Policy
import Transport

// Where browsers see the gateway, for a policy whose `login` has no `base_url`.

extension PolicyReader {
    /// The host that all `routes`, which take sessions, name; else a listener on this machine; else the host that one of
    /// them names. Nil after it wrote down what to write.
    func derivedBaseURL(_ section: Section, _ routes: [PlacedRoute], _ listeners: [ListenerSettings]) -> BaseURL? {
        let hosts = Set(routes.flatMap(\.settings.hosts))
        let isEachNamed = !routes.isEmpty && routes.allSatisfy { !$0.settings.hosts.isEmpty }
        let named = hosts.count == 1 ? hosts.first.flatMap { Self.address(host: $0, listeners) } : nil
        let local = isEachNamed ? nil : listeners.lazy.compactMap(Self.localAddress).first
        if let address = local ?? named { return address }
        let reason =
            hosts.count > 1 ? "the routes with `login` name several hosts" : "no route with `login` names a host"
        self.error(
            section.field,
            "`base_url` is missing; \(reason), so write where browsers see the gateway: `https://app.example.com`"
        )
        return nil
    }

    private static func localAddress(_ listener: ListenerSettings) -> BaseURL? {
        guard case .ip(let address, let port) = listener.address, address.isLoopback else { return nil }
        return self.address(host: "\(address)", port, isSecure: listener.tls != nil)
    }

    /// Other hosts than this machine are seen by https alone, whoever ends it.
    private static func address(host: String, _ listeners: [ListenerSettings]) -> BaseURL? {
        guard let address = BaseURL("https://\(host)") else { return nil }
        guard address.isLoopback else { return address }
        return listeners.lazy.compactMap { listener in
            guard case .ip(_, let port) = listener.address else { return nil }
            return self.address(host: host, port, isSecure: listener.tls != nil)
        }.first
    }

    private static func address(host: String, _ port: UInt16, isSecure: Bool) -> BaseURL? {
        let bracketed = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return BaseURL("\(isSecure ? "https" : "http")://\(bracketed):\(port)")
    }
}
