/// Where a connection to Redis stands, without its socket: what the next reply means, and when waiting is over.
/// `RedisConnection` tells it what happened and does what it says.
struct RedisConnectionState: Equatable {
    /// Milliseconds in which commands wait and no reply comes, after which the server counts as gone: a host that
    /// lost its power closes nothing.
    static let maximumSilence: UInt64 = 3_000

    enum Phase: Equatable {
        case connecting
        /// TLS shakes hands.
        case securing
        /// The first commands of the connection are under way.
        case greeting
        case ready
    }

    /// One command of the greeting, of which the reply is expected.
    enum Greeting: Equatable {
        /// Protocol, credentials, and a name for operators.
        case hello
        case select
        /// Whether this is the master, whatever Sentinel says.
        case role
    }

    enum AfterReply: Equatable {
        case waits
        /// That was the greeting: commands may follow.
        case stands
        /// It is the reply of the oldest command under way.
        case answers
        /// It is a message of the subscription.
        case isPushed
        case ends(ConnectionEnd)
    }

    private(set) var phase = Phase.connecting
    private var expected: [Greeting]
    private let isSubscriber: Bool
    /// When a reply came, or the first of the commands that wait was sent. Some bytes of a reply are no progress: a peer
    /// could send them one by one for ever.
    private var lastProgress: UInt64 = 0

    init(greeting: [Greeting], isSubscriber: Bool = false) {
        self.expected = greeting
        self.isSubscriber = isSubscriber
    }

    mutating func connected(secures: Bool) {
        self.phase = secures ? .securing : .greeting
    }

    mutating func secured() {
        self.phase = .greeting
    }

    /// A command goes out; nothing else was under way when it is the first.
    mutating func sent(isFirst: Bool, now: UInt64) {
        if isFirst { self.lastProgress = now }
    }

    /// A whole reply has come.
    mutating func received(now: UInt64) {
        self.lastProgress = now
    }

    mutating func replied(_ reply: RedisReply) -> AfterReply {
        switch self.phase {
        case .connecting, .securing: return .ends(.malformed)
        case .greeting: return self.greeted(reply)
        case .ready: return self.isSubscriber && Self.isMessage(reply) ? .isPushed : .answers
        }
    }

    func isSilent(now: UInt64, hasCommandsUnderWay: Bool) -> Bool {
        self.phase == .ready && hasCommandsUnderWay && now >= self.lastProgress + Self.maximumSilence
    }

    private mutating func greeted(_ reply: RedisReply) -> AfterReply {
        guard !self.expected.isEmpty else { return .ends(.malformed) }
        let greeting = self.expected.removeFirst()
        if let code = reply.printableErrorCode { return .ends(.refused(code: code)) }
        if greeting == .role && reply.elements?.first?.text != "master" { return .ends(.notMaster) }
        guard self.expected.isEmpty else { return .waits }
        self.phase = .ready
        return .stands
    }

    /// RESP2: messages come as arrays between the replies, and begin with that word.
    private static func isMessage(_ reply: RedisReply) -> Bool {
        reply.elements?.first?.text == "message"
    }
}
