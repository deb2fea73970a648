import Bytes
import Transport
import Upstreams

// `upstreams`: the services behind the gateway.

extension PolicyReader {
    static let maximumWeight = 1000

    func upstreams(_ field: PolicyField) -> [UpstreamSettings]? {
        guard let entries = self.named(field) else { return nil }
        var upstreams: [UpstreamSettings] = []
        for (name, position, field) in entries {
            self.upstreamNames.insert(name)
            self.unusedUpstreams[name.text] = field
            guard self.isName(name, field, at: position), let kind = self.upstreamKind(field) else { continue }
            upstreams.append(UpstreamSettings(name: name.text, kind: kind))
        }
        return upstreams
    }

    private func upstreamKind(_ field: PolicyField) -> UpstreamKind? {
        guard let section = self.section(field) else { return nil }
        defer { section.finish() }
        if let builtin = section.field("builtin") {
            // The other keys would only be called unknown, which they are not.
            guard section.hasOneKey else {
                self.error(builtin, "`builtin` stands alone")
                return self.servers(section).map { .servers($0) }
            }
            return self.word(builtin, ["echo": .echo])
        }
        return self.servers(section).map { .servers($0) }
    }

    private func servers(_ section: Section) -> ServersSettings? {
        let servers = section.required("servers", because: "or `builtin: echo`") { self.list($0, self.upstreamServer) }
        var settings = ServersSettings(servers: servers ?? [])
        section.read("balance", into: &settings.balance) {
            self.word($0, ["round_robin": .roundRobin, "least_request": .leastRequest])
        }
        section.read("host", into: &settings.preservesHost) { self.word($0, ["preserve": true, "upstream": false]) }
        section.read("timeouts", into: &settings.timeouts, self.upstreamTimeouts)
        section.read("limits", into: &settings.limits, self.upstreamLimits)
        section.read("tls", into: &settings.tls, self.clientTLS)
        for key in ["health", "outlier"] { section.unsupported(key) }
        section.unsupported("retries", unless: self.areDefaultRetries)
        if let field = section.field("tls"), let servers, !servers.isEmpty, !servers.contains(where: \.usesTLS) {
            self.warning(field, "none of the servers is `https`, so nothing is encrypted")
        }
        return settings.servers.isEmpty ? nil : settings
    }

    /// What is done without being asked for: once more, after a failed connect or a reset.
    private func areDefaultRetries(_ field: PolicyField) -> Bool {
        guard let entries = field.isMapping ? self.named(field) : nil, !entries.isEmpty else { return false }
        return entries.allSatisfy { name, _, field in
            switch name.text {
            case "attempts": field.says("1")
            case "on": field.elements.count == 2 && field.elements[0].says("connect") && field.elements[1].says("reset")
            default: false
            }
        }
    }

    // MARK: - Servers

    private func upstreamServer(_ field: PolicyField) -> ServerSettings? {
        guard field.isMapping else { return self.serverURL(field) }
        guard let section = self.section(field) else { return nil }
        var server = section.required("url", self.serverURL)
        if let weight = section.value("weight", { self.integer($0, in: 1...Self.maximumWeight) }) {
            server?.weight = weight
        }
        section.finish()
        return server
    }

    private func serverURL(_ field: PolicyField) -> ServerSettings? {
        let expected = "`http://HOST:PORT`, `https://HOST:PORT` or `unix:PATH`"
        guard let scalar = self.scalar(field, expected), !scalar.isUnset else { return nil }
        if scalar.text.hasPrefix("unix:") { return self.unixServer(field) }
        if scalar.text.hasPrefix("h2c:") {
            self.error(field, Self.unsupported("h2c"))
            return nil
        }
        guard let url = PolicyURL(scalar.text) else {
            self.error(field, "expected \(expected), found \(scalar.quoted)")
            return nil
        }
        guard url.target.isEmpty || url.target == "/" else {
            self.error(field, "a server has no path; requests keep theirs, less what `strip_prefix` takes")
            return nil
        }
        let address = url.address.map { ServerAddress.ip($0, port: url.port) } ?? .name(url.host, port: url.port)
        return ServerSettings(address: address, usesTLS: url.isSecure, authority: url.authority)
    }

    private func unixServer(_ field: PolicyField) -> ServerSettings? {
        self.unixPath(field).map { ServerSettings(address: .unix(path: $0), usesTLS: false, authority: "localhost") }
    }

    // MARK: - Bounds

    private func upstreamTimeouts(_ field: PolicyField) -> UpstreamTimeouts? {
        guard let section = self.section(field) else { return nil }
        var timeouts = UpstreamTimeouts()
        section.read("connect", into: &timeouts.connect, self.duration)
        section.read("first_byte", into: &timeouts.firstByte, self.duration)
        section.read("idle", into: &timeouts.idle, self.duration)
        section.read("pool", into: &timeouts.pool) { self.duration($0, atLeast: .zero) }
        section.finish()
        return timeouts
    }

    private func upstreamLimits(_ field: PolicyField) -> UpstreamLimits? {
        guard let section = self.section(field) else { return nil }
        var limits = UpstreamLimits()
        section.read("connections", into: &limits.connections) { self.integer($0, in: 1...1_000_000) }
        section.read("pending", into: &limits.pending) { self.integer($0, in: 0...1_000_000) }
        section.finish()
        return limits
    }
}
