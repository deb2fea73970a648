import Bytes
import Reactor
import Telemetry
import Testing
import Transport

@testable import SharedState

/// A loop and a client of the shared state on it; the test's thread is the loop's.
final class StateBench {
    typealias Outcome = Result<RedisReply, RedisFailure>

    let loop = EventLoop()
    let transport: TransportContext
    private(set) var client: RedisClient!

    init() {
        self.transport = TransportContext(loop: self.loop)
    }

    func connect(_ settings: StateSettings, log: OperationalLog? = nil) throws {
        self.client = try RedisClient(settings, transport: self.transport, log: log)
    }

    func connect(port: UInt16) throws {
        try self.connect(StateSettings(url: "redis://127.0.0.1:\(port)"))
    }

    func close() {
        self.client?.close()
        self.client = nil
        self.loop.runOnce()
    }

    /// Runs the loop until `isDone`, looked at every 2 ms; false after `limit`.
    @discardableResult
    func run(limit: Duration = .seconds(10), until isDone: @escaping () -> Bool) -> Bool {
        var isLate = false
        let look = LoopTimer(on: self.loop, after: .milliseconds(2), repeats: true) { [unowned loop] in
            if isDone() { loop.stop() }
        }
        let end = LoopTimer(on: self.loop, after: limit) { [unowned loop] in
            isLate = true
            loop.stop()
        }
        if !isDone() { self.loop.run() }
        withExtendedLifetime((look, end)) {}
        return !isLate
    }

    /// Sends all at once, and waits for what becomes of each, in the order of sending.
    func ask(_ commands: [RedisCommand], within timeout: Duration = RedisClient.usualTimeout) throws -> [Outcome] {
        var outcomes = [Outcome?](repeating: nil, count: commands.count)
        var told = 0
        for (index, command) in commands.enumerated() {
            self.client.send(command, within: timeout) { outcome in
                #expect(outcomes[index] == nil, "a command was told twice")
                outcomes[index] = outcome
                told += 1
            }
        }
        #expect(told == 0, "it is told from the loop")
        try #require(self.run { told == commands.count })
        return outcomes.map { $0! }
    }

    func ask(_ command: RedisCommand, within timeout: Duration = RedisClient.usualTimeout) throws -> Outcome {
        try self.ask([command], within: timeout)[0]
    }
}
