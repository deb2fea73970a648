import Testing

@testable import Reactor

@Suite("A timer")
struct TimerTests {
    /// Runs `loop` until it is stopped, and no longer than any test should take.
    static func run(_ loop: EventLoop) {
        var hasRunOut = false
        let limit = LoopTimer(on: loop, after: .seconds(10)) {
            hasRunOut = true
            loop.stop()
        }
        withExtendedLifetime(limit) { loop.run() }
        #expect(!hasRunOut, "nothing stopped the loop")
    }

    @Test("fires once, not before its time")
    func once() {
        let loop = EventLoop()
        let start = MonotonicClock.nanoseconds
        var fired = 0
        let timer = LoopTimer(on: loop, after: .milliseconds(5)) { fired += 1 }
        let end = LoopTimer(on: loop, after: .milliseconds(30)) { loop.stop() }
        withExtendedLifetime((timer, end)) { Self.run(loop) }
        #expect(fired == 1)
        // libevent's clock is coarse: it ticks with the kernel's, every 4 ms at the most.
        #expect(MonotonicClock.nanoseconds - start >= 26_000_000)
    }

    @Test("fires again and again")
    func repeating() {
        let loop = EventLoop()
        var fired = 0
        let timer = LoopTimer(on: loop, after: .milliseconds(2), repeats: true) {
            fired += 1
            if fired == 5 { loop.stop() }
        }
        withExtendedLifetime(timer) { Self.run(loop) }
        #expect(fired == 5)
    }

    @Test("may be cancelled in its own callback", arguments: [false, true])
    func cancelled(repeats: Bool) {
        let loop = EventLoop()
        var timer: LoopTimer?
        var fired = 0
        timer = LoopTimer(on: loop, after: .milliseconds(1), repeats: repeats) {
            fired += 1
            timer = nil
        }
        let end = LoopTimer(on: loop, after: .milliseconds(20)) { loop.stop() }
        withExtendedLifetime(end) { Self.run(loop) }
        #expect(fired == 1)
        #expect(timer == nil)
    }

    @Test("may be replaced in its own callback")
    func replaced() {
        let loop = EventLoop()
        var timer: LoopTimer?
        timer = LoopTimer(on: loop, after: .milliseconds(1)) {
            timer = LoopTimer(on: loop, after: .milliseconds(1)) { loop.stop() }
        }
        Self.run(loop)
        #expect(timer != nil)
    }

    @Test("does not fire when it was let go of")
    func released() {
        let loop = EventLoop()
        var fired = false
        var timer: LoopTimer? = LoopTimer(on: loop, after: .milliseconds(1)) { fired = true }
        #expect(timer != nil)
        timer = nil
        let end = LoopTimer(on: loop, after: .milliseconds(10)) { loop.stop() }
        withExtendedLifetime(end) { Self.run(loop) }
        #expect(!fired)
    }

    @Test(
        "has whole milliseconds, rounded up",
        arguments: [
            (Duration.zero, UInt64(0)), (.nanoseconds(1), 1), (.milliseconds(1), 1), (.microseconds(1001), 2),
            (.seconds(75), 75_000), (.seconds(-1), 0), (.seconds(Int64.max), 1_000_000_000_000_000),
        ]
    )
    func milliseconds(_ duration: Duration, _ expected: UInt64) {
        #expect(duration.wholeMilliseconds == expected)
    }
}
