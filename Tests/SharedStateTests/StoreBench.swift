import Reactor
import Testing

@testable import SharedState

/// Where the state of a test is.
enum StoreKind: CaseIterable, Sendable {
    case memory
    case redis
    /// One node with all slots, which refuses commands and scripts whose keys are not of one slot.
    case cluster
}

/// A shared state, and two stores that see it from the test's loop.
final class StoreBench {
    private let bench = StateBench()
    let server: RedisServer?
    private(set) var stores: [any StateStore] = []

    /// `arguments` go to `redis-server` beside the usual ones.
    init(_ kind: StoreKind, _ arguments: [String] = []) throws {
        guard kind != .memory else {
            self.server = nil
            let (memory, loop) = (StateMemory(), self.bench.loop)
            self.stores = [MemoryStore(memory, on: loop), MemoryStore(memory, on: loop)]
            return
        }
        let server = try RedisServer()
        self.server = server
        server.arguments += arguments
        if kind == .cluster {
            server.arguments += ["--cluster-enabled", "yes", "--cluster-port", "\(try RedisServer.freePort())"]
        }
        try server.start()
        if kind == .cluster { try Self.serveAllSlots(server) }
        let scheme = kind == .cluster ? "redis+cluster" : "redis"
        let settings = try StateSettings(url: "\(scheme)://127.0.0.1:\(server.port)")
        for _ in 0..<2 { self.stores.append(try RedisStore(settings, transport: self.bench.transport)) }
        try #require(self.run { self.isReady })
    }

    deinit {
        for store in self.redisStores { store.close() }
        self.stores = []
        self.bench.close()
    }

    var store: any StateStore { self.stores[0] }

    /// Whether all stores would send at once.
    var isReady: Bool { self.redisStores.allSatisfy { $0.isReady } }

    private var redisStores: [RedisStore] { self.stores.compactMap { $0 as? RedisStore } }

    func run(limit: Duration = .seconds(10), until isDone: @escaping () -> Bool) -> Bool {
        self.bench.run(limit: limit, until: isDone)
    }

    /// Waits for what becomes of a question.
    func ask<Value>(_ question: (@escaping StateCompletion<Value>) -> Void) throws -> Result<Value, StateFailure> {
        var outcome: Result<Value, StateFailure>?
        question {
            #expect(outcome == nil, "a question was answered twice")
            outcome = $0
        }
        #expect(outcome == nil, "it is answered from the loop")
        try #require(self.run { outcome != nil })
        return outcome!
    }

    /// Asks until an answer is as it should be; false after ten seconds.
    func waits<Value>(
        _ question: (@escaping StateCompletion<Value>) -> Void,
        until isRight: (Value) -> Bool
    ) throws -> Bool {
        let end = MonotonicClock.nanoseconds + 10_000_000_000
        while MonotonicClock.nanoseconds < end {
            if isRight(try self.ask(question).get()) { return true }
        }
        return false
    }

    private static func serveAllSlots(_ server: RedisServer) throws {
        let bench = StateBench()
        defer { bench.close() }
        try bench.connect(port: server.port)
        try #require(bench.run { bench.client.isReady })
        let slots = RedisCommand("CLUSTER", .word("ADDSLOTSRANGE"), .number(0), .number(Int64(HashSlot.count - 1)))
        #expect(try bench.ask(slots) == .success(.status("OK")))
        for _ in 0..<1000 {
            let reply = try bench.ask(RedisCommand("CLUSTER", .word("INFO"))).get()
            if reply.text?.contains("cluster_state:ok") == true { return }
            _ = bench.run(limit: .milliseconds(10)) { false }
        }
        Issue.record("the node never served its slots")
    }
}
