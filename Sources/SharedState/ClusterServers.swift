import Upstreams

/// Each command goes to the node that serves the slot of its key, as far as is known; nodes that know better say so.
final class ClusterServers: RedisTopology {
    /// How often one command is sent on: once to find the slot, once more while it moves, and some for a table that changes.
    static let maximumRedirections = 5
    /// Milliseconds between two questions for the table.
    static let refreshPause: UInt64 = 1_000

    private let services: RedisServices
    private let seeds: [ServerAddress]
    private var nodes: [ServerAddress: RedisNode] = [:]
    private var table = SlotTable()
    private var wantsTable = true
    private var refreshAgain: UInt64 = 0

    init(_ seeds: [ServerAddress], services: RedisServices) {
        self.seeds = seeds
        self.services = services
    }

    override var isReady: Bool { !self.table.isEmpty && self.nodes.values.contains { $0.isReady } }

    override func start() {
        for seed in self.seeds { _ = self.node(at: seed) }
    }

    override func close() {
        for node in self.nodes.values { node.close() }
    }

    override func tick(now: UInt64) -> Bool {
        for node in self.nodes.values { node.tick(now: now) }
        if self.wantsTable { self.refresh(now: now) }
        return self.wantsTable || !self.nodes.values.allSatisfy { $0.isQuiet }
    }

    override func send(_ request: RedisRequest) {
        let owner = request.command.key.flatMap { self.table.owner(of: HashSlot.of($0)) }
        self.send(request, to: owner.flatMap { self.node(at: $0) } ?? self.anyNode, redirections: 0)
    }

    // MARK: - RedisNodeOwner

    override func stands(_ node: RedisNode) {
        if self.wantsTable { self.refresh(now: self.services.now) }
    }

    override func lost(_ node: RedisNode, _ reason: ConnectionEnd) {
        self.wantsTable = true
    }

    // MARK: - Nodes

    /// Nil: there are too many.
    private func node(at address: ServerAddress) -> RedisNode? {
        if let node = self.nodes[address] { return node }
        guard self.nodes.count < SlotTable.maximumNodes + StateSettings.maximumServers else { return nil }
        let node = RedisNode(
            address,
            greeting: RedisGreeting(self.services.settings, asksForRole: false),
            services: self.services
        )
        node.owner = self
        self.nodes[address] = node
        node.start()
        return node
    }

    private var anyNode: RedisNode? {
        self.nodes.values.first { $0.isReady } ?? self.nodes.values.first
    }

    // MARK: - Redirections

    private func send(_ request: RedisRequest, to node: RedisNode?, redirections: Int) {
        guard let node, redirections <= Self.maximumRedirections else {
            return self.services.fail(request.completion, .unavailable)
        }
        var attempt = RedisRequest(command: request.command, deadline: request.deadline) { [weak self] outcome in
            guard case .success(let reply) = outcome, let self, let server = node.address,
                let redirection = Redirection(reply, from: server)
            else { return request.completion(outcome) }
            self.follow(redirection, request, redirections + 1)
        }
        attempt.isAsking = request.isAsking
        node.send(attempt)
    }

    // The node has not carried it out, so that it may be sent again.
    private func follow(_ redirection: Redirection, _ request: RedisRequest, _ redirections: Int) {
        var request = request
        let address: ServerAddress
        switch redirection {
        case .moved(let slot, let node):
            self.table.move(slot, to: node)
            self.wantsTable = true
            (address, request.isAsking) = (node, false)
        case .ask(let node):
            (address, request.isAsking) = (node, true)
        }
        self.send(request, to: self.node(at: address), redirections: redirections)
    }

    // MARK: - The table

    private func refresh(now: UInt64) {
        guard now >= self.refreshAgain, let node = self.nodes.values.filter({ $0.isReady }).randomElement() else {
            return
        }
        self.refreshAgain = now + Self.refreshPause
        let deadline = now + Self.refreshPause
        node.send(
            RedisRequest(command: RedisCommand("CLUSTER", .word("SLOTS")), deadline: deadline) { [weak self] in
                guard let self, case .success(let reply) = $0, let server = node.address else { return }
                self.told(reply, by: server)
            }
        )
    }

    private func told(_ reply: RedisReply, by server: ServerAddress) {
        guard let table = SlotTable(reply, from: server) else { return }
        self.table = table
        self.wantsTable = false
        for address in table.nodes { _ = self.node(at: address) }
        self.forgetNodes()
    }

    /// Those that serve nothing any more, once nothing is under way with them. The first ones stay, to be asked.
    private func forgetNodes() {
        for (address, node) in self.nodes where !self.table.nodes.contains(address) && !self.seeds.contains(address) {
            guard node.isQuiet || !node.isReady else { continue }
            self.nodes[address] = nil
            node.close()
        }
    }
}
