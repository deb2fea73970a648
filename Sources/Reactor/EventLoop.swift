import CLibevent
import Glibc

/// One thread's event loop over libevent: readiness, timers, signals, and work posted by other threads.
///
/// Everything but `post` must be called on the loop's own thread. Nothing is locked inside: libevent's base is made without
/// locks, and other threads reach it through an eventfd of its own.
public final class EventLoop {
    let base: OpaquePointer
    private let mailbox: Mailbox
    private var graveyard: [AnyObject] = []
    private var woken: [Readiness] = []
    private var endings: [() -> Void] = []
    private var isStopping = false

    /// `MonotonicClock` as it was when the clock was refreshed last.
    public private(set) var nanoseconds: UInt64 = 0
    /// Milliseconds since some start, refreshed by `refreshClock` and by every tick; good for deadlines.
    public private(set) var milliseconds: UInt64 = 0

    public init() {
        guard let configuration = event_config_new() else { preconditionFailure("libevent has no memory") }
        defer { event_config_free(configuration) }
        // One thread, one base: no locks. The precise clock costs a system call per turn and buys nothing here.
        event_config_set_flag(configuration, Int32(EVENT_BASE_FLAG_NOLOCK.rawValue))
        event_config_require_features(configuration, Int32(EV_FEATURE_ET.rawValue))
        guard let base = event_base_new_with_config(configuration) else {
            preconditionFailure("libevent offers no edge-triggered base here")
        }
        self.base = base
        self.mailbox = Mailbox()
        self.refreshClock()
        self.mailbox.attach(to: self)
    }

    deinit {
        self.mailbox.detach()
        event_base_free(self.base)
    }

    /// Runs turns until `stop` is called. Objects given to `releaseAtEndOfTurn` are released after each turn.
    public func run() {
        self.isStopping = false
        self.endTurn()
        while !self.isStopping {
            // Negative is libevent's own failure; 1 would be "no events", which the mailbox's event rules out.
            let result = event_base_loop(self.base, self.woken.isEmpty ? EVLOOP_ONCE : EVLOOP_ONCE | EVLOOP_NONBLOCK)
            precondition(result >= 0, "libevent's loop failed")
            self.endTurn()
        }
    }

    /// Runs what is ready, without waiting. For tests.
    public func runOnce() {
        event_base_loop(self.base, EVLOOP_NONBLOCK)
        self.endTurn()
    }

    public func stop() {
        self.isStopping = true
    }

    /// Keeps `object` alive until the end of the turn: nothing is freed inside its own callback.
    public func releaseAtEndOfTurn(_ object: AnyObject) {
        self.graveyard.append(object)
    }

    /// Calls `readiness.ready([.read, .woken])` at the end of the turn, from the loop and not from inside another callback: how a
    /// connection that was not read from because of back-pressure goes on.
    public func wakeAtEndOfTurn(_ readiness: Readiness) {
        guard !readiness.isWoken else { return }
        readiness.isWoken = true
        self.woken.append(readiness)
    }

    /// Calls `body` at the end of each turn, after those that were woken: for what a turn has gathered.
    public func atEndOfTurn(_ body: @escaping () -> Void) {
        self.endings.append(body)
    }

    /// A handle by which other threads post work to this loop.
    public var remote: LoopRemote { LoopRemote(mailbox: self.mailbox) }

    @inline(__always)
    public func refreshClock() {
        self.nanoseconds = MonotonicClock.nanoseconds
        self.milliseconds = self.nanoseconds / 1_000_000
    }

    private func endTurn() {
        if !self.woken.isEmpty {
            // Those woken meanwhile wait for the next turn, so that sockets get theirs in between.
            let woken = self.woken
            self.woken.removeAll(keepingCapacity: true)
            for readiness in woken {
                readiness.isWoken = false
                if readiness.isRegistered { readiness.ready([.read, .woken]) }
            }
        }
        for ending in self.endings { ending() }
        if !self.graveyard.isEmpty { self.graveyard.removeAll(keepingCapacity: true) }
    }
}

/// The clock that deadlines and durations are read from.
public enum MonotonicClock {
    /// Nanoseconds since some fixed start; about 20 ns a call.
    @inline(__always)
    public static var nanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(time.tv_nsec))
    }

    /// Whole milliseconds since the same start.
    @inline(__always)
    public static var milliseconds: UInt64 { self.nanoseconds / 1_000_000 }
}
