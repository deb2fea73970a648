import Bytes
import Glibc
import Reactor
import Testing

@testable import Transport

private final class CountingListener: Listener {
    private(set) var accepted = 0

    override func accepted(_ descriptor: Int32, from peer: IPAddress?) {
        self.accepted += 1
        close(descriptor)
    }
}

@Suite("A listener")
struct ListenerTests {
    /// Connects to `path` and forgets the connection; false when nobody listens.
    private static func connect(_ path: String) -> Bool {
        guard let descriptor = try? Socket.connect(to: .unix(path: path)) else { return false }
        close(descriptor)
        return true
    }

    @Test("that shares its socket stops for itself alone")
    func sharing() throws {
        let path = "/tmp/gatehouse-\(getpid())-\(MonotonicClock.nanoseconds).sock"
        defer { unlink(path) }
        let loops = [EventLoop(), EventLoop()]
        let first = try Socket.listen(on: .unix(path: path), sharesPort: false)
        let listeners = [
            CountingListener(descriptor: first, loop: loops[0]),
            CountingListener(descriptor: try Socket.share(first), loop: loops[1]),
        ]
        for listener in listeners { listener.start() }

        #expect(Self.connect(path))
        loops[0].runOnce()
        loops[1].runOnce()
        #expect(listeners.map(\.accepted) == [1, 0])

        listeners[0].stop()
        #expect(Self.connect(path))
        for loop in loops { loop.runOnce() }
        #expect(listeners.map(\.accepted) == [1, 1])

        listeners[1].stop()
        #expect(!Self.connect(path))
        loops[1].runOnce()
    }
}
