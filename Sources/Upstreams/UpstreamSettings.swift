public import Bytes
public import Transport

/// One entry of `upstreams`.
public struct UpstreamSettings: Sendable, Equatable {
    public var name: String
    public var kind: UpstreamKind

    public init(name: String, kind: UpstreamKind) {
        self.name = name
        self.kind = kind
    }
}

public enum UpstreamKind: Sendable, Equatable {
    /// Answers what it saw.
    case echo
    case servers(ServersSettings)
}

public struct ServersSettings: Sendable, Equatable {
    public var servers: [ServerSettings]
    public var balance = Balance.roundRobin
    /// `host: preserve` sends the client's Host, `upstream` the server's authority.
    public var preservesHost = true
    public var timeouts = UpstreamTimeouts()
    public var limits = UpstreamLimits()
    /// For https servers.
    public var tls = ClientTLSSettings()

    public init(servers: [ServerSettings]) { self.servers = servers }
}

public struct ServerSettings: Sendable, Equatable {
    public var address: ServerAddress
    public var usesTLS: Bool
    /// The host alone, for SNI and verification: without brackets and port.
    public var host: String {
        switch self.address {
        case .ip(let address, _): "\(address)"
        case .name(let name, _): name
        case .unix: "localhost"
        }
    }
    /// What `host: upstream` sends: `HOST` or `HOST:PORT`.
    public var authority: String
    public var weight = 1

    public init(address: ServerAddress, usesTLS: Bool, authority: String) {
        self.address = address
        self.usesTLS = usesTLS
        self.authority = authority
    }
}

public enum ServerAddress: Sendable, Hashable {
    case ip(IPAddress, port: UInt16)
    /// Resolved, and resolved again.
    case name(String, port: UInt16)
    case unix(path: String)
}

public enum Balance: String, Sendable {
    case roundRobin = "round_robin"
    case leastRequest = "least_request"
}

public struct UpstreamTimeouts: Sendable, Equatable {
    public var connect: Duration = .seconds(3)
    public var firstByte: Duration = .seconds(30)
    public var idle: Duration = .seconds(300)
    /// How long a connection without a request is kept: below the 5 s after which uvicorn and Node hang up.
    public var pool: Duration = .seconds(4)

    public init() {}
}

/// Of one server, for the whole gateway. Workers share nothing, so each has its part; see `WorkerShare`.
public struct UpstreamLimits: Sendable, Equatable {
    public var connections = 1024
    /// Calls that wait for a connection. With none, a call that gets no connection at once is refused.
    public var pending = 1024

    public init() {}

    public init(connections: Int, pending: Int) {
        self.connections = connections
        self.pending = pending
    }

    /// One worker's part: one connection at least, and one place in the queue unless there is to be none.
    func share(_ share: WorkerShare) -> UpstreamLimits {
        UpstreamLimits(
            connections: max(1, share.part(of: self.connections)),
            pending: max(min(1, self.pending), share.part(of: self.pending))
        )
    }
}
