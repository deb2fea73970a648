internal import Cryptography
public import Reactor
internal import Telemetry
public import Transport

/// Asks the shared state once what an operator wants to know of it, over the client that the gateway has: whether it can
/// be reached, written to and read, and what it says of itself. It leaves nothing behind.
///
/// On the loop alone. Must be closed before it is released.
public final class StateProbe {
    /// How long it may take until a connection stands. A gateway tries for ever; who asks here wants to know.
    public static let patience = Duration.seconds(3)
    /// Of what it writes, should it not come to removing it.
    private static let lifetime = Duration.seconds(10)

    private let loop: EventLoop
    private let client: RedisClient
    private let key: [UInt8]
    private let endsAt: UInt64
    private var timer: LoopTimer?
    private var trouble: StateTrouble?
    private var report = StateReport()
    private var completion: ((Result<StateReport, StateTrouble>) -> Void)?

    /// Begins to connect. Throws when TLS is wanted and cannot be had.
    public init(_ settings: StateSettings, loop: EventLoop) throws(TLSProblem) {
        self.loop = loop
        self.key = RedisKey.of("doctor", SecretDigest(of: RandomSecret().text).bytes)
        self.client = try RedisClient(settings, transport: TransportContext(loop: loop))
        loop.refreshClock()
        self.endsAt = loop.milliseconds + Self.patience.wholeMilliseconds
    }

    /// `completion` is called once, later, unless the probe is closed before.
    public func start(_ completion: @escaping (Result<StateReport, StateTrouble>) -> Void) {
        self.completion = completion
        self.client.connectionFailed = { [weak self] in self?.trouble = StateTrouble($0) }
        self.timer = LoopTimer(on: self.loop, after: RedisServices.tickInterval, repeats: true) { [unowned self] in
            self.look()
        }
    }

    public func close() {
        self.completion = nil
        self.dropTimer()
        self.client.close()
    }

    // MARK: - Steps

    private func look() {
        self.loop.refreshClock()
        if self.client.isReady {
            self.dropTimer()
            return self.write()
        }
        guard self.loop.milliseconds >= self.endsAt else { return }
        self.ends(.failure(self.trouble ?? StateTrouble(.timeout)))
    }

    private func write() {
        let lifetime = RedisCommand.Argument.lifetime(Self.lifetime)
        self.send(RedisCommand("SET", .key(self.key), .bytes(self.key), .word("PX"), lifetime)) { probe, reply in
            if let code = reply.printableErrorCode { return probe.ends(.failure(StateTrouble(refused: code))) }
            probe.read()
        }
    }

    private func read() {
        let start = WallClock.monotonicNanoseconds
        self.send(RedisCommand("GET", .key(self.key))) { probe, reply in
            guard reply == .bytes(probe.key) else {
                return probe.ends(.failure(StateTrouble(.answer, "what was written is not what was read")))
            }
            probe.report.roundTrip = (WallClock.monotonicNanoseconds - start) / 1000
            probe.send(RedisCommand("DEL", .key(probe.key))) { probe, _ in probe.askForTime() }
        }
    }

    private func askForTime() {
        let asked = WallClock.milliseconds
        self.send(RedisCommand("TIME")) { probe, reply in
            probe.report.clock = reply.elements?.first?.number.map {
                StateReport.Clock(seconds: $0, asked: asked, answered: WallClock.milliseconds)
            }
            probe.askForVersion()
        }
    }

    private func askForVersion() {
        self.send(RedisCommand("INFO", .word("server"))) { probe, reply in
            probe.report.version = reply.line("redis_version")
            probe.send(RedisCommand("INFO", .word("memory"))) { probe, reply in
                probe.report.evictionPolicy = reply.line("maxmemory_policy")
                probe.ends(.success(probe.report))
            }
        }
    }

    // MARK: - Private details

    private func send(_ command: RedisCommand, _ next: @escaping (StateProbe, RedisReply) -> Void) {
        self.client.send(command) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let reply): next(self, reply)
            case .failure(.late): self.ends(.failure(StateTrouble(.silent)))
            case .failure(.unavailable), .failure(.overloaded):
                self.ends(.failure(self.trouble ?? StateTrouble(.ended)))
            }
        }
    }

    private func ends(_ result: Result<StateReport, StateTrouble>) {
        self.dropTimer()
        guard let completion = self.completion else { return }
        self.completion = nil
        completion(result)
    }

    // It may be the one that is firing.
    private func dropTimer() {
        guard let timer = self.timer else { return }
        self.timer = nil
        self.loop.releaseAtEndOfTurn(timer)
    }
}

extension RedisReply {
    /// The value of a line `name:value` of INFO: letters, digits and `.-_`, at most 64; nil for anything else.
    fileprivate func line(_ name: String) -> String? {
        let lines = self.text?.split(whereSeparator: \.isNewline) ?? []
        guard let line = lines.first(where: { $0.hasPrefix(name + ":") }) else { return nil }
        let value = line.dropFirst(name.count + 1)
        let isPlain = value.utf8.allSatisfy { $0.isLetterOrDigit || [0x2D, 0x2E, 0x5F].contains($0) }
        return isPlain && 1...64 ~= value.utf8.count ? String(value) : nil
    }
}
