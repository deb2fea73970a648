public import Telemetry
public import Transport
public import Upstreams

/// Where the shared state is, and how it is reached: `state.url` of the policy. Prints without its password.
public struct StateSettings: Sendable, Equatable {
    /// Servers that a URL may list.
    public static let maximumServers = 32

    public enum Topology: Sendable, Equatable {
        /// One server.
        case single(ServerAddress)
        /// Sentinels, which know the server that is the master of that name now.
        case sentinel([ServerAddress], master: String)
        /// Some nodes of a cluster, which know the others.
        case cluster([ServerAddress])
    }

    /// Who we are to Redis. Sentinels are asked without.
    public struct Credentials: Sendable, Equatable {
        public var user: String
        public var password: Redacted<String>

        public init(user: String, password: Redacted<String>) {
            self.user = user
            self.password = password
        }
    }

    public var topology: Topology
    public var usesTLS: Bool
    /// For `rediss`; the server's certificate is verified against the system's authorities unless this says otherwise.
    public var tls = ClientTLSSettings()
    public var credentials: Credentials?
    /// The number of the database; a cluster has the first one alone.
    public var database: UInt16
    /// What becomes of requests whose rate cannot be counted because the state cannot be reached. Sessions and revocations
    /// are refused then, whatever this says.
    public var onFailure = FailureMode.deny

    public enum FailureMode: Sendable, Equatable {
        case deny, allow
    }

    public init(
        topology: Topology,
        usesTLS: Bool = false,
        credentials: Credentials? = nil,
        database: UInt16 = 0
    ) {
        self.topology = topology
        self.usesTLS = usesTLS
        self.credentials = credentials
        self.database = database
    }
}

extension StateSettings {
    /// Whether somebody on the way could read the password: without TLS, to another machine.
    public var sendsPasswordInTheClear: Bool {
        self.credentials != nil && !self.usesTLS && !self.servers.allSatisfy(\.isLocal)
    }

    private var servers: [ServerAddress] {
        switch self.topology {
        case .single(let server): [server]
        case .sentinel(let servers, _), .cluster(let servers): servers
        }
    }
}

extension StateSettings: CustomStringConvertible {
    public var description: String {
        let scheme = self.usesTLS ? "rediss" : "redis"
        return switch self.topology {
        case .single(.unix(let path)): "unix:\(path)"
        case .single(let server): "\(scheme)://\(server.text)/\(self.database)"
        case .sentinel(let servers, let master):
            "\(scheme)+sentinel://\(servers.map(\.text).joined(separator: ","))/\(master)/\(self.database)"
        case .cluster(let servers): "\(scheme)+cluster://\(servers.map(\.text).joined(separator: ","))"
        }
    }
}

extension ServerAddress {
    /// As in a URL, with the port.
    var text: String {
        switch self {
        case .ip(let address, let port): address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
        case .name(let name, let port): "\(name):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Whether it is on this machine, as far as its address tells.
    var isLocal: Bool {
        switch self {
        case .ip(let address, _): address.isLoopback
        case .name(let name, _): name == "localhost"
        case .unix: true
        }
    }

    /// The host alone, for certificates.
    var host: String {
        switch self {
        case .ip(let address, _): "\(address)"
        case .name(let name, _): name
        case .unix: "localhost"
        }
    }
}
