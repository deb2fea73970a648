import Bytes
import Upstreams

/// All commands go to the server that Sentinel says is the master. The first sentinel that answers is asked, and tells of
/// every change after that; the server itself has to agree that it is the master.
final class SentinelServers: RedisTopology {
    /// Milliseconds between two questions for the master while there is none.
    static let askPause: UInt64 = 1_000
    /// Milliseconds between two signs of life that a sentinel is asked for.
    static let pingInterval: UInt64 = 5_000

    private let services: RedisServices
    private let sentinels: [ServerAddress]
    private let name: String
    private let sentinel: RedisNode
    private let master: RedisNode
    private var turn = 0
    private var askAgain: UInt64 = 0
    private var pingAgain: UInt64 = 0

    init(_ sentinels: [ServerAddress], master name: String, services: RedisServices) {
        self.services = services
        self.sentinels = sentinels
        self.name = name
        self.sentinel = RedisNode(sentinels[0], greeting: .sentinel, services: services)
        let greeting = RedisGreeting(services.settings, asksForRole: true)
        self.master = RedisNode(nil, greeting: greeting, services: services)
    }

    override var isReady: Bool { self.master.isReady }

    override func start() {
        self.master.owner = self
        self.sentinel.owner = self
        self.sentinel.start()
    }

    override func send(_ request: RedisRequest) { self.master.send(request) }

    override func close() {
        self.sentinel.close()
        self.master.close()
    }

    override func tick(now: UInt64) -> Bool {
        self.sentinel.tick(now: now)
        self.master.tick(now: now)
        guard self.sentinel.isReady else { return true }
        if !self.master.isReady && now >= self.askAgain {
            self.askNextSentinel()
        } else if now >= self.pingAgain {
            self.pingAgain = now + Self.pingInterval
            self.ask(RedisCommand("PING")) { _ in }
        }
        return true
    }

    // MARK: - RedisNodeOwner

    override func stands(_ node: RedisNode) {
        guard node === self.sentinel else { return }
        let now = self.services.now
        (self.askAgain, self.pingAgain) = (now + Self.askPause, now + Self.pingInterval)
        // Both arrive together, and a sentinel's one thread answers both in one turn: no change falls in between.
        let name = RedisCommand.Argument.bytes(Array(self.name.utf8))
        self.ask(RedisCommand("SENTINEL", .word("get-master-addr-by-name"), name)) { [weak self] in self?.told($0) }
        self.ask(RedisCommand("SUBSCRIBE", .word("+switch-master"))) { _ in }
    }

    override func lost(_ node: RedisNode, _ reason: ConnectionEnd) {
        guard node === self.sentinel else { return }
        // With the pause that the loss brings.
        node.retarget(to: self.nextSentinel())
    }

    /// `message +switch-master "NAME OLD-HOST OLD-PORT HOST PORT"`
    override func pushed(_ message: RedisReply, to node: RedisNode) {
        guard let parts = message.elements, parts.count == 3, parts[1].text == "+switch-master" else { return }
        let words = parts[2].text?.split(separator: " ") ?? []
        guard words.count == 5, words[0] == self.name else { return }
        self.follow(String(words[3]), UInt16(words[4]))
    }

    // MARK: - Details

    private func ask(_ command: RedisCommand, _ completion: @escaping (RedisReply) -> Void) {
        let deadline = self.services.now + Self.askPause
        self.sentinel.send(
            RedisRequest(command: command, deadline: deadline) { outcome in
                if case .success(let reply) = outcome { completion(reply) }
            }
        )
    }

    /// Host and port, or null for a name that this sentinel does not know: then the next one is asked after the pause.
    private func told(_ reply: RedisReply) {
        guard let parts = reply.elements, parts.count == 2, let host = parts[0].text else { return }
        self.follow(host, parts[1].number.flatMap { UInt16(exactly: $0) })
    }

    private func follow(_ host: String, _ port: UInt16?) {
        guard let server = self.sentinel.address else { return }
        guard let address = ServerAddress(host: host, port: port, seenFrom: server) else { return }
        self.master.move(to: address)
    }

    // A connection with a subscription takes no questions (RESP2), so that a new one is made.
    private func askNextSentinel() {
        self.askAgain = self.services.now + Self.askPause
        self.sentinel.reconnect(to: self.nextSentinel())
    }

    private func nextSentinel() -> ServerAddress {
        self.turn += 1
        return self.sentinels[self.turn % self.sentinels.count]
    }
}
