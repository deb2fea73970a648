public import Bytes
import HTTP
import Reactor
import Transport

/// HTTP/1.1 on the server's side (RFC 9112): heads, bodies and pipelining come in, answers go out, one at a time.
public final class ServerConnection: MessageStream {
    // Strong and constant, so that using it counts no references; a closed connection is let go of.
    public let server: ServerContext
    /// Which listener it came in by.
    public let listenerIndex: Int
    /// Nil for a Unix socket.
    public let peer: IPAddress?
    /// `peer` as text; empty for a Unix socket.
    public let peerText: [UInt8]
    /// Milliseconds on the loop's clock at which the connection is given up; see `checkDeadline`.
    public private(set) var deadline = UInt64.max
    /// Whether it is only told that there is no room for it.
    public var isRefused = false
    /// Where the connection's table keeps it.
    public var tableIndex = -1
    /// Whether the gateway is going down: answers then close.
    public var isDraining = false

    var state = ServerConnectionState()
    private var wait = ServerWait.head
    /// `untakenBytes` when the present wait for the client to take some of them began.
    private var untaken: Int32 = 0
    var chunks: ChunkedDecoder
    public internal(set) var request: ServerRequest?
    private var failureOnceSecure: ServerRequestFailure?

    public init(
        descriptor: Int32,
        peer: IPAddress?,
        listenerIndex: Int,
        server: ServerContext
    ) {
        self.server = server
        self.peer = peer
        self.peerText = peer.map { [UInt8]($0.description.utf8) } ?? []
        self.listenerIndex = listenerIndex
        self.chunks = ChunkedDecoder(limits: server.limits)
        super.init(descriptor: descriptor, context: server.transport)
        self.updateDeadline()
    }

    public func start() {
        self.register([.read, .write, .closed])
    }

    /// Answers a connection that may not stay, before it has asked anything. With TLS that is after the handshake, for which
    /// it has the time of a head.
    public func refuse(_ failure: ServerRequestFailure) {
        guard self.isSecure else { return self.server.refuse(failure, on: self) }
        self.failureOnceSecure = failure
    }

    /// Whether it only waits for a next request.
    public var isIdle: Bool {
        self.state.input == .head && !self.state.isInHead && !self.hasUnsent && self.pending.isEmpty
    }

    var hasUnsent: Bool { self.unsentBytes > 0 }

    // MARK: - Stream

    override func consume(_ bytes: Span<UInt8>) -> Int { self.consumeInput(bytes) }

    public override func readable() {
        self.readSome()
        if !self.isClosed { self.updateDeadline() }
    }

    private func readSome() {
        // Bounded, so that one busy peer starves nobody; the rest is read at the end of the turn.
        for _ in 0..<4 {
            if !self.pending.isEmpty && self.wantsInput { self.processPending() }
            guard !self.isClosed && self.wantsInput else { return }
            switch self.receive() {
            case .bytes: self.process()
            case .wouldBlock: return self.noneAtHand()
            case .ended: return self.inputEnded()
            case .broken: return self.close()
            }
            if self.isClosed { return }
        }
        self.resumeReading()
    }

    private var wantsInput: Bool {
        self.state.wantsInput(
            hasUnsent: self.hasUnsent,
            hasPending: !self.pending.isEmpty,
            takesBody: self.request?.takesBody ?? false
        )
    }

    // What was gathered of a body, if only the head, is sent now.
    private func noneAtHand() {
        switch self.state.input {
        case .body, .chunkedBody: self.request?.bodyPaused()
        case .head, .complete, .discard, .tunnel, .linger: break
        }
    }

    private func inputEnded() {
        // What leaves at the end of the turn may meet a client that does not take it.
        switch self.state.inputEnded(hasUnsent: self.mayHaveUnsent) {
        case .close: self.close()
        case .closeWhenSent: self.closeWhenSent()
        case .endTunnel: self.request?.bodyEnded()
        case .finishAnswer: break
        }
    }

    public override func secured() {
        if let failure = self.failureOnceSecure { self.server.refuse(failure, on: self) }
    }

    public override func flushScratch() { self.flushHead() }

    public override func drained() {
        if self.state.input == .linger { return self.beginLinger() }
        self.updateDeadline()
        self.request?.answerDrained()
        if self.state.input == .head, !self.pending.isEmpty || self.mayHaveInput { self.resumeReading() }
    }

    public override func heldBack() {
        self.updateDeadline()
        self.request?.answerHeldBack()
    }

    public override func sentSome() {
        self.state.clientTookSome()
        self.updateDeadline()
    }

    // Nobody is there to answer.
    public override func sendFailed() {
        self.close()
    }

    public override func closed() {
        if let request = self.request {
            self.request = nil
            request.aborted()
            request.connection = nil
            request.released()
        }
        self.server.connectionClosed(self)
    }
}

// MARK: - Deadlines

extension ServerConnection {
    /// To be called after each event that may have changed what the connection waits for: the one place where its time begins.
    func updateDeadline() {
        let wait = self.state.wait(hasUnsent: self.hasUnsent, takesBody: self.request?.takesBody ?? false)
        let hasProgressed = self.state.takeProgress(in: wait)
        guard hasProgressed || wait != self.wait else { return }
        self.wait = wait
        if wait == .sending { self.untaken = self.untakenBytes }
        let time = self.server.timeouts.time(for: wait)
        self.deadline = time.map { self.loop.milliseconds + $0 } ?? .max
        if wait == .nextRequest { self.server.connectionIsIdle(self) }
    }

    /// Called by the worker's tick.
    public func checkDeadline(now: UInt64) {
        guard now >= self.deadline else { return }
        // An upstream that has gone may have changed what is waited for: a client that may not send cannot be late.
        if self.wait == .sending && self.untakenBytes < self.untaken { self.state.clientTookSome() }
        self.updateDeadline()
        guard now >= self.deadline else { return }
        self.deadline = .max
        switch self.state.deadlinePassed(hasUnsent: self.hasUnsent) {
        case .refuse: self.server.refuse(.timeout, on: self)
        case .tellRequest: self.request?.bodyFailed(.timeout)
        case .close: self.close()
        }
    }
}
