import CLibevent
import Glibc

/// A timer on a loop, once or again and again. Not for requests: their deadlines are swept by one tick.
public final class LoopTimer {
    // Whoever keeps a timer keeps its loop: an event must not outlive its base.
    private let loop: EventLoop
    private let event: UnsafeMutablePointer<CLibevent.event>
    private let action: () -> Void

    /// Fires after `delay`, and then every `delay` when `repeats`.
    public init(on loop: EventLoop, after delay: Duration, repeats: Bool = false, _ action: @escaping () -> Void) {
        self.loop = loop
        self.action = action
        self.event = .allocate(capacity: 1)
        self.event.initialize(to: CLibevent.event())
        event_assign(
            self.event,
            loop.base,
            -1,
            repeats ? Int16(EV_PERSIST) : 0,
            { _, _, context in
                let timer = Unmanaged<LoopTimer>.fromOpaque(context!).takeUnretainedValue()
                timer.action()
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
        var interval = timeval(delay)
        event_add(self.event, &interval)
    }

    deinit {
        event_del(self.event)
        self.event.deallocate()
    }
}

extension timeval {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}

extension Duration {
    /// Whole milliseconds, rounded up; never negative.
    public var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = self.components
        guard seconds >= 0 && attoseconds >= 0 else { return 0 }
        let bounded = Swift.min(seconds, 1_000_000_000_000)
        return UInt64(bounded) * 1000 + UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
