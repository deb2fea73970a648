import Telemetry

/// A clock that moves when a test says so. `@unchecked Sendable`: touched with `monitor` locked.
final class TestClock: @unchecked Sendable {
    private let monitor = Monitor()
    private let start = ContinuousClock.now
    private var passed: Duration = .zero

    var now: ContinuousClock.Instant { self.start + self.elapsed }

    var elapsed: Duration {
        get { self.monitor.locked { self.passed } }
        set { self.monitor.locked { self.passed = newValue } }
    }

    func advance(by duration: Duration) { self.monitor.locked { self.passed += duration } }
}
