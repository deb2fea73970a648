public import Bytes
import Glibc
public import Reactor

/// Accepts connections on one loop. Owns its descriptor: loops that share a socket have a descriptor of it each.
open class Listener: Readiness {
    /// Connections taken in one turn at the most, so that a flood of them does not starve those that stand.
    static let acceptsPerTurn = 64

    public final func start() {
        self.register(.read)
    }

    /// Stops accepting.
    public final func stop() {
        guard self.isRegistered else { return }
        self.deregister()
        Glibc.close(self.descriptor)
    }

    /// A connection came from `peer`, nil for a Unix socket. The descriptor is the callee's.
    open func accepted(_ descriptor: Int32, from peer: IPAddress?) {
        Glibc.close(descriptor)
    }

    /// The process has no descriptors left.
    open func ranOutOfDescriptors() {}

    public final override func ready(_ events: ReadyEvents) {
        for _ in 0..<Self.acceptsPerTurn {
            guard let (descriptor, peer) = Socket.accept(self.descriptor) else {
                if errno == EMFILE || errno == ENFILE { self.ranOutOfDescriptors() }
                if errno == ECONNABORTED || errno == EINTR { continue }
                return
            }
            self.accepted(descriptor, from: peer)
        }
        // More may wait, and their edge is gone.
        self.loop.wakeAtEndOfTurn(self)
    }
}
