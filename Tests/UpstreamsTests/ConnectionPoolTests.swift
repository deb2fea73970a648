import Testing
import Transport

@testable import Upstreams

@Suite("The account of connections and waiting calls")
struct ConnectionPoolTests {
    // MARK: - Calls

    @Test(
        "calls get connections, then places in the queue, then nothing",
        arguments: [
            (1, 0, ["to a", "unavailable"]), (1, 1, ["to a", "queued", "unavailable"]),
            (2, 2, ["to a", "to a", "queued", "queued", "unavailable"]),
        ]
    )
    func limits(_ connections: Int, _ pending: Int, _ expected: [String]) {
        let account = Account(connections: connections, pending: pending)
        #expect(expected.indices.map { account.place("\($0)") } == expected)
        #expect(account.pool.connectionCount == connections)
        #expect(account.pool.waitingCount == pending)
        #expect(account.pool.load == connections + pending)
    }

    @Test("the connection that became idle last is used first")
    func lastInFirstOut() {
        let account = Account(idle: ["1", "2"])
        #expect(account.pool.idleCount == 2)
        #expect(account.pool.load == 0)
        #expect([account.popIdle(), account.popIdle(), account.popIdle()] == ["2", "1", nil])
        #expect(account.pool.connectionCount == 2)
    }

    @Test("a connection that has become free carries the call that has waited for the longest time")
    func nextInQueue() {
        let account = Account(connections: 1)
        #expect(["x", "y", "z"].map { account.place($0) } == ["to a", "queued", "queued"])
        #expect((0..<3).map { _ in account.becameIdle("1") } == ["serves y", "serves z", "kept"])
    }

    @Test("a call that gave up gets no connection, and its place is free")
    func cancelled() {
        let account = Account(connections: 1, pending: 1)
        #expect(["x", "y", "z"].map { account.place($0) } == ["to a", "queued", "unavailable"])
        account.cancel("y")
        account.cancel("y")
        #expect(account.place("z") == "queued")
        #expect(account.becameIdle("1") == "serves z")
    }

    @Test("a fresh connection may have the place of the one that has been idle for the longest time")
    func makingRoom() {
        let account = Account(connections: 3, pending: 0, idle: ["1", "2"])
        #expect(account.makeRoom() == nil, "there is room")
        #expect(account.place("x") == "to a")
        #expect(account.makeRoom() == "1")
        account.close("1")
        #expect(account.place("y") == "to a")
        #expect(account.popIdle() == "2")
    }

    @Test("without an idle connection nobody makes room")
    func noRoom() {
        let account = Account(connections: 1)
        #expect(account.place("x") == "to a")
        #expect(account.makeRoom() == nil)
    }

    @Test("whoever needs a fresh connection gets no used one, and those behind it wait for their turn")
    func fresh() {
        let account = Account(connections: 1)
        #expect(account.place("x") == "to a")
        #expect(account.place("y", needsFresh: true) == "queued")
        #expect(account.place("z") == "queued")
        #expect(account.becameIdle("1") == "closes")
        account.close("1")
        #expect(account.nextToConnect() == "y to a")
        #expect(account.becameIdle("2") == "serves z")
    }

    // MARK: - Connections

    @Test("whoever waits gets the place of a connection that has closed")
    func closed() {
        let account = Account(connections: 1)
        #expect(["x", "y", "z"].map { account.place($0) } == ["to a", "queued", "queued"])
        #expect(account.nextToConnect() == nil)
        account.close("1")
        #expect([account.nextToConnect(), account.nextToConnect()] == ["y to a", nil])
        #expect(account.pool.connectionCount == 1)
    }

    @Test("an idle connection that closes is forgotten")
    func closedIdle() {
        let account = Account(idle: ["1", "2"])
        account.close("1")
        #expect(account.pool.connectionCount == 1)
        #expect([account.popIdle(), account.popIdle()] == ["2", nil])
    }

    @Test("after a failure the next address is tried")
    func failed() {
        let account = Account(connections: 2)
        #expect(["x", "y", "z"].map { account.place($0) } == ["to a", "to a", "queued"])
        account.fail(turn: 0)
        account.fail(turn: 0)
        #expect(account.nextToConnect() == "z to b")
        #expect(account.pool.connectionCount == 1)
    }

    @Test("connections are kept for the pool's timeout, and not a millisecond longer")
    func timeout() {
        let account = Account(connections: 3, idle: ["0", "10", "20"])
        #expect(account.expire(at: Account.timeout - 1) == [])
        #expect(account.expire(at: Account.timeout + 10) == ["0", "10"])
        for name in ["0", "10"] { account.close(name) }
        #expect(account.pool.connectionCount == 1)
        #expect(account.popIdle(at: Account.timeout + 19) == "20")
    }

    @Test("a connection that is past its time is given to nobody, although nobody has closed it yet")
    func late() {
        let account = Account(connections: 3, idle: ["0", "10"])
        #expect(account.popIdle(at: Account.timeout + 10) == nil)
        #expect(account.pool.idleCount == 2)
        #expect(account.popIdle(at: Account.timeout + 9) == "10")
        #expect(account.popIdle(at: Account.timeout) == nil)
        #expect(account.expire(at: Account.timeout) == ["0"])
    }

    @Test("whoever leaves while a connection is made says nothing of its address")
    func left() {
        let account = Account(connections: 1)
        #expect(["x", "y"].map { account.place($0) } == ["to a", "queued"])
        account.close("1")
        #expect(account.nextToConnect() == "y to a")
    }

    @Test("a retired pool keeps nothing, but serves those under way and those who wait")
    func retired() {
        let account = Account(connections: 1, idle: ["1"])
        #expect(account.retire() == ["1"])
        account.close("1")
        #expect(["x", "y"].map { account.place($0) } == ["to a", "queued"])
        #expect(account.retire() == [])
        #expect((0..<2).map { _ in account.becameIdle("2") } == ["serves y", "closes"])
        #expect(account.popIdle() == nil)
    }

    // MARK: - Names

    @Test("calls wait for an address, and get connections when it comes")
    func resolved() {
        let account = Account(connections: 1, addresses: [])
        #expect(account.place("w") == "unavailable", "nobody asks for an address")
        #expect([account.beginResolving(), account.beginResolving()] == [true, false])
        #expect(["x", "y", "z"].map { account.place($0) } == ["queued", "queued", "unavailable"])
        #expect(account.nextToConnect() == nil)
        #expect(account.resolved(["a"]) == [])
        #expect([account.nextToConnect(), account.nextToConnect()] == ["x to a", nil])
        #expect(account.becameIdle("1") == "serves y")
    }

    @Test("calls that wait for an address are told when none comes")
    func unresolved() {
        let account = Account(addresses: [])
        #expect(account.beginResolving())
        #expect(["x", "y"].map { account.place($0) } == ["queued", "queued"])
        #expect(account.resolved([]) == ["x", "y"])
        #expect(account.place("z") == "unavailable")
        #expect(account.beginResolving(), "it may be tried again")
    }

    @Test("a name that no longer resolves leaves the old addresses, and those who wait in the queue")
    func stale() {
        let account = Account(connections: 1)
        #expect(["x", "y"].map { account.place($0) } == ["to a", "queued"])
        #expect(account.beginResolving())
        #expect(account.resolved([]) == [])
        #expect(account.becameIdle("1") == "serves y")
    }
}

/// A pool whose connections, calls and addresses are names. There is room for two calls in the queue unless a test says otherwise.
private final class Account {
    final class Name {
        let text: String
        init(_ text: String) { self.text = text }
    }

    static let timeout: UInt64 = 4000
    private(set) var pool: ConnectionPool<Name, Name>
    private var names: [String: Name] = [:]

    /// Those of `idle` became so at the milliseconds that they are named after.
    init(connections: Int = 2, pending: Int = 2, addresses: [String] = ["a", "b"], idle: [String] = []) {
        self.pool = ConnectionPool(
            limits: UpstreamLimits(connections: connections, pending: pending),
            idleTimeout: Self.timeout,
            addresses: addresses.map { .unix(path: $0) }
        )
        for name in idle {
            _ = self.place("call of \(name)")
            _ = self.becameIdle(name, now: UInt64(name)!)
        }
    }

    private func named(_ text: String) -> Name {
        let name = self.names[text] ?? Name(text)
        self.names[text] = name
        return name
    }

    func place(_ call: String, needsFresh: Bool = false) -> String {
        switch self.pool.place(self.named(call), needsFresh: needsFresh) {
        case .connect(let destination): "to \(destination.path)"
        case .queued: "queued"
        case .unavailable: "unavailable"
        }
    }

    func becameIdle(_ connection: String, now: UInt64 = 0) -> String {
        switch self.pool.becameIdle(self.named(connection), now: now) {
        case .kept: "kept"
        case .serves(let call): "serves \(call.text)"
        case .closes: "closes"
        }
    }

    func nextToConnect() -> String? {
        self.pool.nextToConnect().map { "\($0.call.text) to \($0.destination.path)" }
    }

    func popIdle(at now: UInt64 = 0) -> String? { self.pool.popIdle(now: now)?.text }
    func makeRoom() -> String? { self.pool.makeRoom()?.text }
    func cancel(_ call: String) { self.pool.cancel(self.named(call)) }
    func close(_ connection: String) { self.pool.closed(self.named(connection)) }
    func fail(turn: UInt) { self.pool.failed(in: turn) }
    func expire(at now: UInt64) -> [String] { self.pool.expire(now: now).map(\.text) }
    func retire() -> [String] { self.pool.retire().map(\.text) }
    func beginResolving() -> Bool { self.pool.beginResolving() }
    func resolved(_ addresses: [String]) -> [String] {
        self.pool.resolved(addresses.map { .unix(path: $0) }).map(\.text)
    }
}

extension ConnectionPool.Destination {
    fileprivate var path: String {
        if case .unix(let path) = self.address { path } else { "" }
    }
}
