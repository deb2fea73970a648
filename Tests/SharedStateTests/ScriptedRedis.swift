import Bytes
import Reactor
import Transport

/// A peer on the test's own loop that greets as Redis does, and then sends what its script says.
final class ScriptedRedis: Listener {
    /// What is sent for the n-th command after the greeting, the first one being 0.
    typealias Script = (Int, ScriptedPeer) -> Void

    let port: UInt16
    fileprivate let script: Script
    fileprivate let greets: Bool
    private let transport: TransportContext
    private(set) var peers: [ScriptedPeer] = []

    init(loop: EventLoop, greets: Bool = true, _ script: @escaping Script) throws {
        self.script = script
        self.greets = greets
        self.transport = TransportContext(loop: loop)
        let descriptor = try Socket.listen(on: .ip(IPAddress(ipv4: 0x7f00_0001), port: 0), sharesPort: false)
        self.port = Socket.port(of: descriptor)
        super.init(descriptor: descriptor, loop: loop)
        self.start()
    }

    override func accepted(_ descriptor: Int32, from peer: IPAddress?) {
        let peer = ScriptedPeer(descriptor: descriptor, context: self.transport)
        peer.server = self
        self.peers.append(peer)
        peer.register([.read, .write, .closed])
    }

    func close() {
        self.stop()
        for peer in self.peers { peer.close() }
        self.peers = []
        self.loop.runOnce()
    }
}

final class ScriptedPeer: Stream {
    fileprivate weak var server: ScriptedRedis?
    private(set) var commands: [String] = []
    private var hasGreeted = false

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        self.send(bytes.span)
    }

    override func readable() {
        while case .bytes = self.receive() {
            // Every command begins with its count; the tests' arguments have no such mark.
            let text = self.context.input.withSpan { $0.string }
            for command in text.split(separator: "*") { self.take(String(command)) }
            if self.isClosed { return }
        }
        if self.hasEnded { self.close() }
    }

    private func take(_ command: String) {
        guard let server = self.server, !self.isClosed else { return }
        if server.greets && !self.hasGreeted {
            self.hasGreeted = true
            return self.send("*0\r\n")
        }
        self.commands.append(command)
        server.script(self.commands.count - 1, self)
    }
}
