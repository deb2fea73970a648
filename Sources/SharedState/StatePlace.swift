public import Telemetry
public import Transport

/// Where a process keeps its shared state: each of its loops has a store of its own there.
public enum StatePlace: Sendable {
    case memory(StateMemory)
    case redis(StateSettings)

    public init(_ settings: StateSettings?) {
        self = settings.map { .redis($0) } ?? .memory(StateMemory())
    }

    /// A store for the loop of `transport`.
    ///
    /// Throws when TLS is wanted and cannot be had.
    public func store(_ transport: TransportContext, log: OperationalLog?) throws(TLSProblem) -> any StateStore {
        switch self {
        case .memory(let memory): MemoryStore(memory, on: transport.loop)
        case .redis(let settings): try RedisStore(settings, transport: transport, log: log)
        }
    }
}
