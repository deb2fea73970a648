import Bytes
import Reactor
import Telemetry
import Transport
import Upstreams

/// What becomes of a command: called once, from the loop, and never from inside of the call that sent it.
typealias RedisCompletion = (Result<RedisReply, RedisFailure>) -> Void

/// A command on its way.
struct RedisRequest {
    let command: RedisCommand
    /// On the loop's clock, in milliseconds.
    let deadline: UInt64
    let completion: RedisCompletion
    /// Whether a cluster's node is told first that the slot is on its way to it.
    var isAsking = false
}

/// What the connections of one client share.
final class RedisServices {
    /// Bytes that are kept for writing commands; what a longer command needed is given back.
    static let keptBytes = 16 * 1024
    /// How often deadlines and pauses are looked at.
    static let tickInterval = Duration.milliseconds(50)

    let settings: StateSettings
    let transport: TransportContext
    let loop: EventLoop
    let tls: TLSContext?
    private let log: OperationalLog?
    private var output = ByteBuffer()
    private let calls: DeferredCalls
    private var ticker: LoopTimer?
    /// Called every `tickInterval` after `keepTicking`. True: once more.
    var tick: (UInt64) -> Bool = { _ in false }
    var connectionFailed: (ConnectionEnd) -> Void = { _ in }

    /// Made for the first name: most settings name addresses alone.
    private(set) lazy var resolver = NameResolver(loop: self.loop)

    /// Throws when TLS is wanted and cannot be had.
    init(_ settings: StateSettings, transport: TransportContext, log: OperationalLog?) throws(TLSProblem) {
        self.settings = settings
        self.transport = transport
        self.loop = transport.loop
        self.calls = DeferredCalls(on: transport.loop)
        self.tls = settings.usesTLS ? try TLSContext(client: settings.tls, protocols: []) : nil
        self.log = log
    }

    /// Milliseconds on the loop's clock, as of now.
    var now: UInt64 {
        self.loop.refreshClock()
        return self.loop.milliseconds
    }

    func write(_ command: RedisCommand, to stream: Stream) {
        command.write(to: &self.output)
        self.output.withSpan { stream.send($0) }
        self.output.reset(keeping: Self.keptBytes)
    }

    func report(_ server: ServerAddress?, _ reason: ConnectionEnd) {
        guard reason != .closed else { return }
        self.connectionFailed(reason)
        let place = server.map(\.text) ?? "\(self.settings)"
        self.log?.report(.warning, "state_connection_failed", "\(place): \(reason)")
    }

    // MARK: - Later

    /// Makes `call` later, from the loop.
    func later(_ call: @escaping () -> Void) { self.calls.append(call) }

    /// Tells it later, from the loop.
    func fail(_ completion: @escaping RedisCompletion, _ failure: RedisFailure) {
        self.calls.append { completion(.failure(failure)) }
    }

    /// Makes all calls that wait.
    func makeCalls() { self.calls.makeAll() }

    // MARK: - Ticks

    func keepTicking() {
        guard self.ticker == nil else { return }
        self.ticker = LoopTimer(on: self.loop, after: Self.tickInterval, repeats: true) { [weak self] in
            guard let self, self.ticker != nil else { return }
            if !self.tick(self.now) { self.stopTicking() }
        }
    }

    func stopTicking() {
        guard let ticker = self.ticker else { return }
        self.ticker = nil
        // It may be the one that is firing. Until the end of the turn it may fire once more, even after this object is gone.
        self.loop.releaseAtEndOfTurn(ticker)
    }
}
