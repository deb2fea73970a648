import Reactor
import SharedState
import Telemetry
import Transport
import Trust

@testable import Gateway

extension Worker {
    /// Alone, with a policy that has nothing. `transport` lives longer than it.
    convenience init(inTestsOn transport: TransportContext) {
        self.init(
            index: 0,
            settings: GatewaySettings(),
            workers: 1,
            rows: MetricRows(),
            accessLog: LogWriter(fileDescriptor: -1),
            log: OperationalLog(fileDescriptor: -1),
            usedProofs: UsedProofs(),
            sessionKey: .generate(),
            shared: MemoryStore(StateMemory(), on: transport.loop),
            transport: transport
        )
    }
}
