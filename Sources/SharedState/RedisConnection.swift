import Bytes
import Reactor
import Transport

/// Who made a connection, and is told of it.
class RedisConnectionOwner {
    /// The greeting was answered: commands may be sent.
    func stands(_ connection: RedisConnection) {}
    /// The last call. What was under way on it has been told that it failed.
    func ended(_ connection: RedisConnection, _ reason: ConnectionEnd) {}
    /// A message of a subscription.
    func pushed(_ message: RedisReply) {}
}

/// One connection to one server: the greeting, then commands one behind the other without waiting.
final class RedisConnection: Stream {
    /// Bytes of commands that may wait for the kernel to take them.
    static let maximumUnsentBytes = 4 * 1024 * 1024
    /// Receives of one turn, so that a busy server does not keep the loop from others.
    private static let receivesPerTurn = 4

    private let services: RedisServices
    private weak var owner: RedisConnectionOwner?
    private let makeSession: (() -> TLSSession)?
    private let greeting: RedisGreeting
    private let reader = ReplyReader()
    private var state: RedisConnectionState
    private var queue = CommandQueue<RedisCompletion>()
    private var reason: ConnectionEnd?

    /// Starts to connect. `owner` is told later, from the loop.
    init(
        to address: ConnectAddress,
        securedBy makeSession: (() -> TLSSession)?,
        greeting: RedisGreeting,
        services: RedisServices,
        owner: RedisConnectionOwner
    ) throws(SocketError) {
        let descriptor = try Socket.connect(to: address)
        self.services = services
        self.owner = owner
        self.makeSession = makeSession
        self.greeting = greeting
        self.state = RedisConnectionState(greeting: greeting.steps, isSubscriber: greeting.isSubscriber)
        super.init(descriptor: descriptor, context: services.transport)
    }

    func start() {
        self.register([.read, .write, .closed])
    }

    var hasCommandsUnderWay: Bool { !self.queue.isEmpty }

    /// Sends one that has been admitted: the connection stands.
    func send(_ request: RedisRequest) {
        let count = request.isAsking ? 2 : 1
        let size = self.unsentBytes + request.command.byteCount
        guard self.queue.hasRoom(for: count) && size <= Self.maximumUnsentBytes else {
            return self.services.fail(request.completion, .overloaded)
        }
        self.state.sent(isFirst: self.queue.isEmpty, now: self.loop.milliseconds)
        if request.isAsking {
            self.queue.append(nil, deadline: .max)
            self.services.write(RedisCommand("ASKING"), to: self)
        }
        self.queue.append(request.completion, deadline: request.deadline)
        self.services.write(request.command, to: self)
    }

    /// Looks at the deadlines.
    func tick(now: UInt64) {
        for completion in self.queue.expire(now: now) { self.services.fail(completion, .late) }
        if self.state.isSilent(now: now, hasCommandsUnderWay: !self.queue.isEmpty) { self.end(.silent) }
    }

    func end(_ reason: ConnectionEnd) {
        if self.reason == nil { self.reason = reason }
        self.close()
    }

    // MARK: - Stream

    override func writeReady() {
        guard self.state.phase == .connecting else { return self.flush() }
        let number = self.connectionError
        guard number == 0 else { return self.end(.socket(SocketError("connect", number))) }
        self.state.connected(secures: self.makeSession != nil)
        if let makeSession { self.secure(makeSession()) } else { self.greet() }
    }

    override func secured() {
        self.state.secured()
        self.greet()
    }

    override func readable() {
        for _ in 0..<Self.receivesPerTurn {
            switch self.receive() {
            case .bytes: self.takeReplies()
            case .wouldBlock: return
            case .ended: return self.end(.ended)
            case .broken: return self.broke()
            }
            if self.isClosed { return }
        }
        self.resumeReading()
    }

    override func broke() {
        self.end(self.tlsFailure.map { .tls($0) } ?? .ended)
    }

    override func closed() {
        for completion in self.queue.removeAll() { self.services.fail(completion, .unavailable) }
        self.owner?.ended(self, self.reason ?? .closed)
    }

    // MARK: - Details

    private func greet() {
        for command in self.greeting.commands { self.services.write(command, to: self) }
    }

    private func takeReplies() {
        do throws(ReplyFault) {
            let reader = self.reader
            try self.context.input.withSpan { bytes throws(ReplyFault) in try reader.feed(bytes) }
            while !self.isClosed, let reply = try self.reader.next() { self.take(reply) }
        } catch {
            self.end(error == .tooLarge ? .tooLarge : .malformed)
        }
    }

    private func take(_ reply: RedisReply) {
        self.state.received(now: self.services.now)
        switch self.state.replied(reply) {
        case .waits: return
        case .stands: self.owner?.stands(self)
        case .isPushed: self.owner?.pushed(reply)
        case .answers: self.answer(with: reply)
        case .ends(let reason): self.end(reason)
        }
    }

    private func answer(with reply: RedisReply) {
        switch self.queue.answered() {
        case .waiter(let completion): completion(reply.isRefusalForNow ? .failure(.unavailable) : .success(reply))
        case .late: return
        // Whatever it is, what comes after it cannot be trusted to be anybody's.
        case .unasked: self.end(.malformed)
        }
    }
}
