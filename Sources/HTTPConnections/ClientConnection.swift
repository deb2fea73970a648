import Bytes
import HTTP
import Reactor
public import Transport

/// HTTP/1.1 on the client's side (RFC 9112): one call at a time, kept for the next one when both sides agree.
public final class ClientConnection: MessageStream {
    enum Phase {
        case connecting
        /// TLS shakes hands.
        case securing
        case idle
        case head
        case body(remaining: UInt64)
        case chunkedBody
        case bodyUntilClose
        case tunnel
    }

    public let client: ClientContext
    public let owner: ClientConnectionOwner
    /// For the owner, who knows what it says.
    public var ownersMark: UInt = 0
    /// Nil without TLS.
    private let makeSession: (() -> TLSSession)?
    var phase = Phase.connecting
    var chunks: ChunkedDecoder
    public internal(set) var call: ClientCall?
    /// Whether an earlier call was answered on it.
    public internal(set) var isReused = false
    /// Whether anything of the answer has come.
    public internal(set) var hasAnswerBytes = false
    var answerKeepsAlive = false
    /// Interim heads of the answer under way.
    var interimCount = 0
    /// Whether the call's request went out as a whole.
    public var requestIsComplete = false
    /// Why it could not be made, in words of the system.
    public private(set) var connectError: SocketError?
    /// When it became idle, in milliseconds on the loop's clock.
    public internal(set) var idleSince: UInt64 = 0

    /// Starts to connect. `call` is told `connected` or `failed` later, from the loop.
    public init(
        to address: ConnectAddress,
        securedBy makeSession: (() -> TLSSession)?,
        for call: ClientCall,
        client: ClientContext,
        owner: ClientConnectionOwner
    ) throws(SocketError) {
        let descriptor = try Socket.connect(to: address)
        self.client = client
        self.owner = owner
        self.call = call
        self.makeSession = makeSession
        self.chunks = ChunkedDecoder(limits: client.limits)
        super.init(descriptor: descriptor, context: client.transport)
        call.connection = self
    }

    public func start() {
        self.register([.read, .write, .closed])
    }

    public var isConnected: Bool {
        switch self.phase {
        case .connecting, .securing: false
        case .idle, .head, .body, .chunkedBody, .bodyUntilClose, .tunnel: true
        }
    }

    /// Puts a call on an idle connection; the caller sends next.
    public func take(_ call: ClientCall) {
        self.call = call
        call.connection = self
        self.isReused = true
        self.hasAnswerBytes = false
        self.interimCount = 0
        self.requestIsComplete = false
        self.phase = .head
    }

    /// Takes the call off, and closes: its answer is of no interest any more.
    public func abandon() {
        self.call?.connection = nil
        self.call = nil
        self.close()
    }

    // MARK: - Stream

    override func consume(_ bytes: Span<UInt8>) -> Int {
        // Also what comes to an idle connection counts as an answer, to no request: see `consumeInput`.
        self.hasAnswerBytes = true
        return self.consumeInput(bytes)
    }

    public override func writeReady() {
        if case .connecting = self.phase {
            let number = self.connectionError
            guard number == 0 else {
                // Asking the system has cleared it.
                self.connectError = SocketError("connect", number)
                return self.fail(.connect)
            }
            return self.stands()
        }
        self.flush()
    }

    private func stands() {
        guard let makeSession else { return self.ready() }
        self.phase = .securing
        self.secure(makeSession())
    }

    private func ready() {
        self.phase = .head
        self.call?.connected()
    }

    public override func secured() {
        if case .securing = self.phase { self.ready() }
    }

    public override func readable() {
        for _ in 0..<4 {
            if !self.pending.isEmpty && self.takesInput { self.processPending() }
            guard !self.isClosed && self.wantsInput else { return }
            switch self.receive() {
            case .bytes: self.process()
            case .wouldBlock: return
            case .ended: return self.ended()
            case .broken: return self.broke()
            }
            if self.isClosed { return }
        }
        self.resumeReading()
    }

    public override func drained() {
        self.call?.drained()
    }

    public override func broke() {
        if case .connecting = self.phase { return self.fail(.connect) }
        if case .securing = self.phase { return self.fail(.handshake) }
        self.fail(self.hasAnswerBytes ? .truncated : .endedBeforeAnswer)
    }

    public override func closed() {
        // Whoever closed with a call on it has taken it off first.
        self.call = nil
        self.owner.closed(self)
    }

    private var takesInput: Bool {
        switch self.phase {
        case .connecting, .securing, .idle: false
        case .head, .body, .chunkedBody, .bodyUntilClose, .tunnel: self.call?.takesBody ?? true
        }
    }

    // An idle connection reads to learn of its end; anything else that comes there is out of order.
    private var wantsInput: Bool {
        switch self.phase {
        case .connecting: false
        case .idle, .securing: true
        case .head, .body, .chunkedBody, .bodyUntilClose, .tunnel: self.takesInput
        }
    }

    private func ended() {
        switch self.phase {
        case .bodyUntilClose: self.endAnswer()
        case .tunnel: self.endAnswer()
        case .idle: self.close()
        case .connecting: self.fail(.connect)
        case .securing: self.fail(.handshake)
        case .head, .body, .chunkedBody: self.fail(self.hasAnswerBytes ? .truncated : .endedBeforeAnswer)
        }
    }

    func fail(_ failure: ClientFailure) {
        let call = self.call
        self.call = nil
        self.close()
        call?.connection = nil
        call?.failed(failure)
    }
}
