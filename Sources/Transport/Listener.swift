public import Bytes
import Glibc
public import Reactor

/// Accepts connections on one loop. Owns the listening descriptor unless it is shared with other loops.
open class Listener: Readiness {
    /// Connections taken in one turn at the most, so that a flood of them does not starve those that stand.
    static let acceptsPerTurn = 64

    private final let ownsDescriptor: Bool

    public init(descriptor: Int32, ownsDescriptor: Bool, loop: EventLoop) {
        self.ownsDescriptor = ownsDescriptor
        super.init(descriptor: descriptor, loop: loop)
    }

    public final func start() {
        self.register(.read)
    }

    /// Stops accepting.
    public final func stop() {
        guard self.isRegistered else { return }
        self.deregister()
        if self.ownsDescriptor { Glibc.close(self.descriptor) }
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
