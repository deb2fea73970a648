/// What is known of an upstream's servers at one moment, for metrics and the admin pages.
public struct UpstreamReport: Sendable, Equatable {
    public var name: String
    public var servers: [Server]

    public struct Server: Sendable, Equatable {
        /// As the policy writes it.
        public var url: String
        public var weight: Int
        /// Whether calls are sent there.
        public var isHealthy: Bool
        public var connections: Int
        /// Connections that wait for a call.
        public var idle: Int
        /// Calls that wait for a connection.
        public var waiting: Int
    }

    /// Adds what another worker knows of the same upstream. A server is healthy when all workers find it so.
    public mutating func merge(_ other: UpstreamReport) {
        for (index, server) in other.servers.enumerated() where self.servers.indices.contains(index) {
            self.servers[index].isHealthy = self.servers[index].isHealthy && server.isHealthy
            self.servers[index].connections += server.connections
            self.servers[index].idle += server.idle
            self.servers[index].waiting += server.waiting
        }
    }
}

extension Upstream {
    public var report: UpstreamReport {
        UpstreamReport(name: self.name, servers: self.endpoints.map(\.report))
    }
}

extension ServerSettings {
    /// `http://HOST:PORT`, `https://…` or `unix:PATH`.
    public var url: String {
        if case .unix(let path) = self.address { return "unix:\(path)" }
        return (self.usesTLS ? "https://" : "http://") + self.authority
    }
}
