import Bytes
import HTTP
import Reactor
public import Transport

/// HTTP/1.1 on the client's side (RFC 9112): one call at a time, kept for the next one when both sides agree.
public final class ClientConnection: MessageStream {
    public let client: ClientContext
    public let owner: ClientConnectionOwner
    /// For the owner: which of its addresses it was begun with.
    public var addressTurn: UInt = 0
    /// Whether it failed before it stood: refused, unreachable, not in time, or without a handshake.
    public private(set) var couldNotBeMade = false
    /// Nil without TLS.
    private let makeSession: (() -> TLSSession)?
    var state = ClientConnectionState()
    var chunks: ChunkedDecoder
    public internal(set) var call: ClientCall?
    /// Why it could not be made, in words of the system.
    public private(set) var connectError: SocketError?
    /// When it became idle, in milliseconds on the loop's clock.
    public internal(set) var idleSince: UInt64 = 0

    /// Starts to connect. `call` is told `connected` or `failed` later, from the loop.
    public convenience init(
        to address: ConnectAddress,
        securedBy makeSession: (() -> TLSSession)?,
        for call: ClientCall,
        client: ClientContext,
        owner: ClientConnectionOwner
    ) throws(SocketError) {
        let descriptor = try Socket.connect(to: address)
        self.init(connecting: descriptor, securedBy: makeSession, for: call, client: client, owner: owner)
    }

    /// Over a socket that is being connected, which it owns from now on.
    init(
        connecting descriptor: Int32,
        securedBy makeSession: (() -> TLSSession)?,
        for call: ClientCall,
        client: ClientContext,
        owner: ClientConnectionOwner
    ) {
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

    public var isConnected: Bool { self.state.isConnected }
    /// Whether an earlier call was answered on it.
    public var isReused: Bool { self.state.isReused }
    /// Whether the call's request went out as a whole.
    public var requestIsComplete: Bool {
        get { self.state.requestIsComplete }
        set { self.state.requestIsComplete = newValue }
    }

    /// Puts a call on an idle connection; the caller sends next.
    public func take(_ call: ClientCall) {
        self.call = call
        call.connection = self
        self.hasDelivered = false
        self.state.reused()
    }

    /// Takes the call off, and closes: its answer is of no interest any more, or (`isLate`) the connection did not stand in time.
    public func abandon(isLate: Bool = false) {
        self.couldNotBeMade = isLate && !self.isConnected
        self.call?.connection = nil
        self.call = nil
        self.withdrawUnsent()
        self.close()
    }

    // MARK: - Stream

    override func consume(_ bytes: Span<UInt8>) -> Int {
        // Also what comes to an idle connection counts as an answer, to no request: see `consumeInput`.
        self.state.bytesArrived()
        // An answer to nothing: a `408`, say, to the silence before the request, which is still here.
        guard self.call == nil || self.hasDelivered || self.isSecure else {
            self.fail(.endedBeforeRequest)
            return bytes.count
        }
        return self.consumeInput(bytes)
    }

    public override func writeReady() {
        guard self.state.phase == .connecting else { return self.flush() }
        let number = self.connectionError
        guard number == 0 else {
            // Asking the system has cleared it.
            self.connectError = SocketError("connect", number)
            return self.fail(.connect)
        }
        self.state.connected(secures: self.makeSession != nil)
        if let makeSession { self.secure(makeSession()) } else { self.call?.connected() }
    }

    public override func secured() {
        self.state.secured()
        self.call?.connected()
    }

    public override func readable() {
        for _ in 0..<4 {
            if !self.pending.isEmpty && self.wantsInput { self.processPending() }
            guard !self.isClosed && self.wantsInput else { return }
            switch self.receive() {
            case .bytes: self.process()
            case .wouldBlock: return
            case .ended: return self.inputEnded()
            case .broken: return self.broke()
            }
            if self.isClosed { return }
        }
        self.resumeReading()
    }

    public override func drained() {
        self.call?.drained()
    }

    public override func heldBack() {
        self.call?.heldBack()
    }

    public override func broke() {
        self.fail(self.state.failureOfBreak)
    }

    public override func closed() {
        precondition(self.call == nil, "whoever closes with a call on it takes it off first")
        self.owner.closed(self)
    }

    private var wantsInput: Bool { self.state.wantsInput(takesBody: self.call?.takesBody ?? true) }

    private func inputEnded() {
        switch self.state.inputEnded() {
        case .endAnswer: self.endAnswer()
        case .close: self.close()
        case .fail(let failure): self.fail(failure)
        }
    }

    func fail(_ failure: ClientFailure) {
        let call = self.call
        self.call = nil
        self.couldNotBeMade = !self.isConnected
        self.withdrawUnsent()
        self.close()
        call?.connection = nil
        call?.failed(failure == .endedBeforeAnswer && !self.hasDelivered ? .endedBeforeRequest : failure)
    }
}
