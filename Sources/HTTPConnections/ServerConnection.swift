public import Bytes
import HTTP
import Reactor
import Transport

/// HTTP/1.1 on the server's side (RFC 9112): heads, bodies and pipelining come in, answers go out, one at a time.
public final class ServerConnection: MessageStream {
    /// A body that nobody wants is read and dropped up to this size, so that the connection can be used again.
    static let maximumDiscardedBody: UInt64 = 64 * 1024
    /// How long a closing connection waits for the client to notice, in milliseconds.
    static let lingerTime: UInt64 = 2_000

    enum Input {
        /// Waiting for a request, or in the middle of its head.
        case head
        case body(remaining: UInt64)
        case chunkedBody
        /// The request is complete; the next one waits for the answer's end.
        case complete
        /// Nobody wants the rest of this body, but the connection.
        case discard(remaining: UInt64)
        /// After an upgrade: bytes.
        case tunnel
        /// Closing: all input is dropped until the client closes too.
        case linger
    }

    // Strong and constant, so that using it counts no references; a closed connection is let go of.
    public let server: ServerContext
    /// Which listener it came in by.
    public let listenerIndex: Int
    /// Nil for a Unix socket.
    public let peer: IPAddress?
    /// `peer` as text; empty for a Unix socket.
    public let peerText: [UInt8]
    /// Milliseconds on the loop's clock at which the connection is given up; see `checkDeadline`.
    public internal(set) var deadline: UInt64
    /// Where the connection's table keeps it.
    public var tableIndex = -1

    var input = Input.head
    var chunks: ChunkedDecoder
    public internal(set) var request: ServerRequest?
    /// Whether it has brought a request.
    public internal(set) var hasServedRequest = false
    var headDeadline: UInt64 = .max
    /// A head has begun, which has its own deadline.
    var isInHead = false

    // MARK: Of the answer under way; see ServerConnection+Answer.

    var answer = AnswerState.none
    var answerFraming = AnswerFraming.none
    /// Set before `endHead`, which tells the client.
    public var closesAfterAnswer = false
    /// Whether the gateway is going down: answers then close.
    public var isDraining = false

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
        self.deadline = server.transport.loop.milliseconds + server.timeouts.header
        super.init(descriptor: descriptor, context: server.transport)
    }

    public func start() {
        self.register([.read, .write, .closed])
    }

    /// Whether it only waits for a next request.
    public var isIdle: Bool {
        guard case .head = self.input else { return false }
        return self.request == nil && !self.isInHead && self.unsentBytes == 0 && self.pending.isEmpty
    }

    // MARK: - Stream

    override func consume(_ bytes: Span<UInt8>) -> Int { self.consumeInput(bytes) }

    public override func readable() {
        // Bounded, so that one busy peer starves nobody; the rest is read at the end of the turn.
        for _ in 0..<4 {
            if !self.pending.isEmpty && self.canProceed { self.processPending() }
            guard !self.isClosed else { return }
            guard self.wantsInput else { return self.refreshDeadline() }
            switch self.receive() {
            case .bytes: self.process()
            case .wouldBlock:
                return self.noneAtHand()
            case .ended:
                return self.inputEnded()
            case .broken:
                self.broke()
                return self.close()
            }
            if self.isClosed { return }
        }
        self.resumeReading()
    }

    public override func flushScratch() { self.flushHead() }

    public override func drained() {
        if case .linger = self.input { return self.beginLinger() }
        self.refreshDeadline()
        self.request?.answerDrained()
        if case .head = self.input, !self.pending.isEmpty || self.mayHaveInput { self.resumeReading() }
    }

    // What was gathered of a body, if only the head, is sent now.
    private func noneAtHand() {
        switch self.input {
        case .body, .chunkedBody: self.request?.bodyPaused()
        case .head, .complete, .discard, .tunnel, .linger: break
        }
    }

    public override func sentSome() {
        self.watchUnsent()
    }

    // Nobody is there to answer.
    public override func sendFailed() {
        self.broke()
        self.close()
    }

    public override func broke() {
        self.abortRequest()
    }

    public override func closed() {
        self.abortRequest()
        self.server.connectionClosed(self)
    }

    func abortRequest() {
        guard let request = self.request else { return }
        self.request = nil
        request.aborted()
        request.connection = nil
        request.released()
    }

    // Everything at once is the peer's fault alone: the others are served.
    private var wantsInput: Bool {
        switch self.input {
        case .head: self.takesHeads
        case .discard, .linger: true
        case .body, .chunkedBody, .tunnel: self.request?.takesBody ?? false
        // Pipelined requests wait in the kernel; one piece of them at the most waits here.
        case .complete: self.pending.isEmpty
        }
    }

    /// A client that sends requests and reads no answers gets no further ones: answers would pile up here.
    var takesHeads: Bool { self.unsentBytes == 0 }

    private var canProceed: Bool {
        switch self.input {
        case .head: self.takesHeads
        case .discard, .linger: true
        case .body, .chunkedBody, .tunnel: self.request?.takesBody ?? false
        case .complete: false
        }
    }

    private func inputEnded() {
        switch self.input {
        case .head where self.unsentBytes > 0: self.closeWhenSent()
        case .head, .linger: self.close()
        case .discard: self.closeWhenSent()
        case .body, .chunkedBody:
            self.abortRequest()
            self.close()
        case .tunnel: self.request?.bodyEnded()
        // The client has closed its half and waits for the answer.
        case .complete: self.closesAfterAnswer = true
        }
    }
}

// MARK: - Deadlines

extension ServerConnection {
    /// Called by the worker's tick.
    public func checkDeadline(now: UInt64) {
        guard now >= self.deadline else { return }
        if self.unsentBytes > 0 || !self.canTimeOutPolitely {
            self.abortRequest()
            return self.close()
        }
        self.deadline = .max
        if let request = self.request {
            request.bodyFailed(.timeout)
        } else {
            self.server.refuse(.timeout, on: self)
        }
    }

    // Only a request that is late can be told so.
    private var canTimeOutPolitely: Bool {
        switch self.input {
        case .head: self.isInHead && !self.pending.isEmpty
        case .body, .chunkedBody: self.request != nil && self.answer == .none
        case .complete, .discard, .tunnel, .linger: false
        }
    }

    /// What the connection waits for now decides how long it may wait. A head keeps the deadline that it began with.
    func refreshDeadline() {
        // Only what the client takes makes that deadline later: see `watchUnsent`.
        if self.unsentBytes > 0 { return }
        switch self.input {
        case .head where self.isInHead: self.deadline = self.headDeadline
        case .head: self.becameIdle()
        case .body, .chunkedBody:
            // A client that may not send now cannot be late.
            if self.request?.takesBody ?? false {
                self.restartDeadline(self.server.timeouts.bodyIdle)
            } else {
                self.deadline = .max
            }
        case .discard: self.restartDeadline(self.server.timeouts.bodyIdle)
        case .complete, .tunnel: self.deadline = .max
        case .linger: self.restartDeadline(Self.lingerTime)
        }
    }

    func becameIdle() {
        self.restartDeadline(self.server.timeouts.keepAlive)
        self.server.connectionIsIdle(self)
    }

    func restartDeadline(_ milliseconds: UInt64) {
        self.deadline = self.loop.milliseconds + milliseconds
    }

    /// To be called when bytes wait for a client that does not read.
    func watchUnsent() {
        if self.unsentBytes > 0 { self.restartDeadline(self.server.timeouts.writeIdle) }
    }
}
