import CLibevent

/// Delivers one kind of signal on a loop.
public final class SignalWatch {
    private let event: UnsafeMutablePointer<CLibevent.event>
    private let action: () -> Void

    public init(_ signal: Int32, on loop: EventLoop, _ action: @escaping () -> Void) {
        self.action = action
        self.event = .allocate(capacity: 1)
        self.event.initialize(to: CLibevent.event())
        event_assign(
            self.event,
            loop.base,
            signal,
            Int16(EV_SIGNAL) | Int16(EV_PERSIST),
            { _, _, context in
                let watch = Unmanaged<SignalWatch>.fromOpaque(context!).takeUnretainedValue()
                watch.action()
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
        event_add(self.event, nil)
    }

    deinit {
        event_del(self.event)
        self.event.deallocate()
    }
}
