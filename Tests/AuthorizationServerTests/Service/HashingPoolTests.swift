import Telemetry
import Testing

@testable import AuthorizationServer

@Suite("The hashing pool")
struct HashingPoolTests {
    @Test("takes no more than its threads do and its bound lets wait")
    func bound() {
        let pool = HashingPool()
        let gate = Gate()
        let most = HashingPool.threadCount + HashingPool.maximumWaiting
        // Threads take their first work when they have started, which nobody waits for.
        var taken = 0
        while taken < HashingPool.threadCount {
            if pool.submit({ gate.enter() }) { taken += 1 }
            gate.waitUntil(entered: taken)
        }
        while pool.submit({ gate.enter() }) { taken += 1 }
        #expect(taken == most)
        gate.open()
        gate.waitUntil(entered: most)
        #expect(pool.submit {})
        pool.stop()
        #expect(!pool.submit {})
    }

    @Test("has as many places for requests as threads and what may wait, and each again when it was given back")
    func places() {
        let pool = HashingPool()
        let most = HashingPool.threadCount + HashingPool.maximumWaiting
        for _ in 0..<most { #expect(pool.reserve()) }
        #expect(!pool.reserve())
        pool.release()
        #expect(pool.reserve())
        #expect(!pool.reserve())
    }

    @Test("refuses while the system gives no thread, and works with as many as it gets")
    func withoutThreads() {
        var threadsLeft = 0
        let pool = HashingPool { body in
            guard threadsLeft > 0 else { return false }
            threadsLeft -= 1
            return BackgroundThread.startIfPossible(body)
        }
        #expect(!pool.submit {})
        threadsLeft = 1
        let gate = Gate()
        gate.open()
        #expect(pool.submit { gate.enter() })
        gate.waitUntil(entered: 1)
        pool.stop()
    }
}

/// Lets threads in one by one, and holds them until it opens. `@unchecked Sendable`: touched with `monitor` locked.
private final class Gate: @unchecked Sendable {
    private let monitor = Monitor()
    private var entered = 0
    private var isOpen = false

    func enter() {
        self.monitor.locked {
            self.entered += 1
            self.monitor.wake()
            while !self.isOpen { self.monitor.wait() }
        }
    }

    func waitUntil(entered count: Int) {
        self.monitor.locked {
            while self.entered < count { self.monitor.wait() }
        }
    }

    func open() {
        self.monitor.locked {
            self.isOpen = true
            self.monitor.wake()
        }
    }
}
