import Glibc
import Testing

@testable import Reactor

/// An end of a pair of sockets on a loop, which writes down what it is told.
private final class Watched: Readiness {
    private(set) var told: [ReadyEvents] = []
    var whenReady: ((Watched) -> Void)?
    let other: Int32
    private let whenFreed: () -> Void

    init(on loop: EventLoop, whenFreed: @escaping () -> Void = {}) {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        precondition(socketpair(AF_UNIX, kind, 0, &ends) == 0, "no sockets are left")
        self.other = ends[1]
        self.whenFreed = whenFreed
        super.init(descriptor: ends[0], loop: loop)
        self.register(.read)
    }

    deinit {
        close(self.descriptor)
        close(self.other)
        self.whenFreed()
    }

    func receiveByte() { _ = send(self.other, "x", 1, 0) }

    override func ready(_ events: ReadyEvents) {
        self.told.append(events)
        self.whenReady?(self)
    }
}

@Suite("An event loop")
struct EventLoopTests {
    @Test("tells of an edge once")
    func edge() {
        let loop = EventLoop()
        let watched = Watched(on: loop)
        watched.receiveByte()
        loop.runOnce()
        #expect(watched.told.count == 1)
        #expect(watched.told[0].contains(.read))
        loop.runOnce()
        #expect(watched.told.count == 1, "the byte was not read, and made no other edge")
        watched.deregister()
        loop.runOnce()
    }

    @Test("wakes at the end of the turn, once for each turn, and not from inside")
    func wake() {
        let loop = EventLoop()
        let watched = Watched(on: loop)
        loop.wakeAtEndOfTurn(watched)
        loop.wakeAtEndOfTurn(watched)
        #expect(watched.told.isEmpty)
        loop.runOnce()
        #expect(watched.told == [[.read, .woken]])
        loop.runOnce()
        #expect(watched.told.count == 1)
        watched.deregister()
        loop.runOnce()
    }

    @Test("lets those woken by the woken wait for the next turn")
    func wakeAgain() {
        let loop = EventLoop()
        let watched = Watched(on: loop)
        watched.whenReady = { loop.wakeAtEndOfTurn($0) }
        loop.wakeAtEndOfTurn(watched)
        for turn in 1...3 {
            loop.runOnce()
            #expect(watched.told.count == turn)
        }
        watched.deregister()
        loop.runOnce()
    }

    @Test("wakes nobody who has left meanwhile")
    func wakeDeregistered() {
        let loop = EventLoop()
        let watched = Watched(on: loop)
        loop.wakeAtEndOfTurn(watched)
        watched.deregister()
        loop.runOnce()
        #expect(watched.told.isEmpty)
    }

    @Test("does not wait while somebody is to be woken")
    func wakeRuns() {
        let loop = EventLoop()
        let watched = Watched(on: loop)
        var turns = 0
        watched.whenReady = {
            turns += 1
            if turns == 3 { loop.stop() } else { loop.wakeAtEndOfTurn($0) }
        }
        loop.wakeAtEndOfTurn(watched)
        TimerTests.run(loop)
        #expect(turns == 3)
        watched.deregister()
        loop.runOnce()
    }

    @Test("frees what leaves in its own callback only after the turn")
    func release() {
        let loop = EventLoop()
        var isFreed = false
        var wasFreedInside: Bool?
        var watched: Watched? = Watched(on: loop) { isFreed = true }
        watched?.receiveByte()
        watched?.whenReady = {
            $0.deregister()
            watched = nil
            wasFreedInside = isFreed
        }
        loop.runOnce()
        #expect(wasFreedInside == false)
        #expect(isFreed)
    }

    @Test("keeps what it is given until the end of the turn")
    func graveyard() {
        final class Body {}
        let loop = EventLoop()
        weak var body: Body?
        do {
            let given = Body()
            body = given
            loop.releaseAtEndOfTurn(given)
        }
        #expect(body != nil)
        loop.runOnce()
        #expect(body == nil)
    }

    @Test("keeps whom it watches alive")
    func watching() {
        let loop = EventLoop()
        weak var watched: Watched?
        do {
            let made = Watched(on: loop)
            watched = made
        }
        #expect(watched != nil)
        watched?.deregister()
        loop.runOnce()
        #expect(watched == nil)
    }

    @Test("delivers a signal that it watches, each time, until the watch ends")
    func signals() {
        let loop = EventLoop()
        var signals = 0
        var watch: SignalWatch? = SignalWatch(SIGUSR2, on: loop) { signals += 1 }
        for expected in 1...2 {
            kill(getpid(), SIGUSR2)
            // The kernel may choose another thread to write into the loop's pipe.
            while signals < expected { loop.runOnce() }
        }
        #expect(watch != nil)
        watch = nil
        #expect(signals == 2)
    }
}

@Suite("The resolver of names")
struct NameResolverTests {
    @Test("knows the hosts file", arguments: ["localhost", "LOCALHOST"])
    func hostsFile(_ name: String) throws {
        let addresses = try #require(Self.resolve(name))
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { ["127.0.0.1", "::1"].contains($0) })
        #expect(Set(addresses).count == addresses.count)
    }

    @Test("knows addresses", arguments: ["127.0.0.2", "::2"])
    func addresses(_ text: String) {
        #expect(Self.resolve(text) == [text])
    }

    @Test("has no addresses of a name that is none", arguments: ["", String(repeating: "x", count: 300)])
    func unknown(_ name: String) {
        #expect(Self.resolve(name) == [])
    }

    private static func resolve(_ name: String) -> [String]? {
        let loop = EventLoop()
        let resolver = NameResolver(loop: loop)
        var answer: [String]?
        resolver.resolve(name) {
            answer = $0.map(\.description)
            loop.stop()
        }
        if answer == nil { withExtendedLifetime(resolver) { TimerTests.run(loop) } }
        return answer
    }
}
