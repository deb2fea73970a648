import CLibevent

/// What a descriptor is ready for.
public struct ReadyEvents: OptionSet, Sendable {
    public let rawValue: Int16
    @inlinable public init(rawValue: Int16) { self.rawValue = rawValue }

    public static let read = ReadyEvents(rawValue: 0x02)
    public static let write = ReadyEvents(rawValue: 0x04)
    /// The peer has closed its side, or the connection is broken.
    public static let closed = ReadyEvents(rawValue: 0x80)
    /// Not from the kernel: `EventLoop.wakeAtEndOfTurn` was called.
    public static let woken = ReadyEvents(rawValue: 0x4000)
}

/// A descriptor that a loop watches. One libevent `event` for its whole life, edge-triggered, added once and never re-armed:
/// a request costs no epoll_ctl.
///
/// Does not own the descriptor. While it is watched it keeps itself alive, and until the end of the turn in which that ends.
open class Readiness {
    public final let descriptor: Int32
    // Unsafe, because each use would count references: a loop outlives all that it watches.
    public final unowned(unsafe) let loop: EventLoop
    private final let event: UnsafeMutablePointer<CLibevent.event>
    public final private(set) var isRegistered = false
    final var isWoken = false
    private final var ownReference: Readiness?

    public init(descriptor: Int32, loop: EventLoop) {
        self.descriptor = descriptor
        self.loop = loop
        self.event = .allocate(capacity: 1)
        self.event.initialize(to: CLibevent.event())
    }

    deinit {
        precondition(!self.isRegistered, "a watched descriptor was released")
        self.event.deallocate()
    }

    /// Starts watching, for the whole life of the object.
    public final func register(_ events: ReadyEvents) {
        precondition(!self.isRegistered, "a descriptor is watched only once")
        let flags = events.rawValue | Int16(EV_ET) | Int16(EV_PERSIST)
        event_assign(
            self.event,
            self.loop.base,
            self.descriptor,
            flags,
            { _, events, context in
                Unmanaged<Readiness>.fromOpaque(context!)._withUnsafeGuaranteedRef {
                    $0.ready(ReadyEvents(rawValue: events))
                }
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
        event_add(self.event, nil)
        self.isRegistered = true
        self.ownReference = self
    }

    public final func deregister() {
        guard self.isRegistered else { return }
        self.loop.releaseAtEndOfTurn(self)
        self.stopWatching()
    }

    /// As `deregister`, for a loop that has had its last turn. May release the object.
    final func stopWatching() {
        event_del(self.event)
        self.isRegistered = false
        self.ownReference = nil
    }

    /// Called on the loop. Overridden by what watches.
    open func ready(_ events: ReadyEvents) {}
}
