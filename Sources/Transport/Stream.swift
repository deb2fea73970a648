public import Bytes
import Glibc
public import Reactor

/// A connected socket on a loop: it sends at once, or at the end of the turn if it is little, keeps what the kernel would not
/// take, and goes on at the write edge.
///
/// Subclasses say what becomes of the bytes. Nothing here calls back from inside a `send`: a broken connection is told at
/// the end of the turn.
open class Stream: Readiness {
    public final let context: TransportContext
    /// What the kernel has not taken yet.
    @usableFromInline final var output = ByteBuffer()
    /// Which letter of the context's outbox is this stream's; none: -1. Then `output` is empty.
    final var letter = -1
    /// Whether the kernel has taken anything since this was set to false.
    public final var hasDelivered = false
    /// The kernel did not take all of a letter, and nobody was told yet.
    final var isHeldBackUntold = false
    /// Whether the kernel may have more to read: an edge came and no short read since.
    public internal(set) final var mayHaveInput = false
    /// The peer sends no more.
    public internal(set) final var hasEnded = false
    public internal(set) final var isBroken = false
    public final private(set) var isClosed = false
    /// A send failed: the peer takes nothing more.
    public final private(set) var cannotSend = false
    private final var hasToldSendFailure = false
    private final var closesWhenSent = false
    private final var endsWhenSent = false
    private final var sawClose = false
    /// TLS between us and the peer, if there is any; see Stream+TLS.
    final var tls: TLSSession?
    final var hasToldEstablished = false
    /// Why TLS failed, for the log.
    public internal(set) final var tlsFailure: TLSFailure?

    public init(descriptor: Int32, context: TransportContext) {
        self.context = context
        super.init(descriptor: descriptor, loop: context.loop)
    }

    /// Closes at once; what was not sent is lost. The object lives on until the end of the turn.
    public final func close() {
        guard !self.isClosed else { return }
        self.context.outbox.deliver(of: self)
        self.isClosed = true
        self.context.releaseScratch(of: self)
        self.deregister()
        Glibc.close(self.descriptor)
        self.closed()
    }

    /// Forgets what waits for the end of the turn.
    public final func withdrawUnsent() {
        self.letter = -1
    }

    // MARK: - For subclasses

    /// Sends what this stream has put into the context's scratch buffer.
    open func flushScratch() {}
    /// What seemed to have left at the end of a turn has not: the kernel did not take all of it.
    open func heldBack() {}
    /// Some of what waited was taken by the kernel, not all of it.
    open func sentSome() {}
    /// The peer takes nothing more. It may have sent something before that: reading tells how it ended.
    open func sendFailed() {}
    /// There may be something to `receive`.
    open func readable() {}
    /// All that was sent has been taken by the kernel.
    open func drained() {}
    /// TLS has finished its handshake. Without TLS this is never called.
    open func secured() {}
    /// The connection broke: both directions are gone. `close` follows.
    open func broke() {}
    /// The last call. Forget the stream.
    open func closed() {}

    // MARK: - Readiness

    public final override func ready(_ events: ReadyEvents) {
        if events.contains(.write) { self.writeReady() }
        if self.isClosed { return }
        if self.isBroken {
            self.broke()
            self.close()
            return
        }
        if self.cannotSend && !self.hasToldSendFailure {
            self.hasToldSendFailure = true
            self.sendFailed()
            if self.isClosed { return }
        }
        if self.isHeldBackUntold {
            self.isHeldBackUntold = false
            if !self.output.isEmpty { self.heldBack() }
            if self.isClosed { return }
        }
        if !events.isDisjoint(with: [.read, .closed]) {
            if !events.contains(.woken) { self.mayHaveInput = true }
            self.sawClose = self.sawClose || events.contains(.closed)
            self.readable()
        }
    }

    /// `errno` of a connection that could not be made, zero of one that stands.
    public final var connectionError: Int32 { Socket.error(of: self.descriptor) }

    /// Called at the first write edge of a connection that was being made, and at later ones.
    open func writeReady() {
        self.flush()
    }
}

// MARK: - Progress that makes no event

extension Stream {
    /// Bytes that the kernel holds because the peer has not taken them: fewer than before is progress, long before there is
    /// room for more.
    public final var untakenBytes: Int32 { Socket.untaken(of: self.descriptor) }
}

// MARK: - Resets

extension Stream {
    /// Asks the system whether the connection has broken: libevent tells an error as readiness alone, so that a reset which
    /// comes with the last bytes, or while nothing is read, makes no event of its own. To be asked now and then of connections
    /// that stand and wait.
    public final func lookForReset() {
        guard !self.isClosed && !self.isBroken && self.connectionError != 0 else { return }
        self.isBroken = true
        self.loop.wakeAtEndOfTurn(self)
    }
}

// MARK: - Receiving

/// What a receive brought.
public enum ReceiveResult {
    /// That many bytes are in `context.input`.
    case bytes(Int)
    /// Nothing more until the next edge.
    case wouldBlock
    /// The peer sends no more.
    case ended
    case broken
}

extension Stream {
    /// Reads once into `context.input`, whose former content is gone.
    public final func receive() -> ReceiveResult {
        if let tls = self.tls { return self.receive(through: tls) }
        guard self.mayHaveInput else { return self.hasEnded ? .ended : .wouldBlock }
        self.context.input.removeAll()
        let room = TransportContext.receiveBytes
        var result = 0
        let count = self.context.input.fill(room: room) { free in
            result = recv(self.descriptor, free.baseAddress, room, 0)
            return max(result, 0)
        }
        guard count > 0 else { return self.receivedNothing(result) }
        self.received(count, of: room)
        return .bytes(count)
    }

    // A short read has emptied the socket; the next bytes make an edge. Not so when the peer's close was already seen.
    final func received(_ count: Int, of room: Int) {
        if count < room && !self.sawClose { self.mayHaveInput = false }
    }

    final func receivedNothing(_ result: Int) -> ReceiveResult {
        if result == 0 {
            self.mayHaveInput = false
            self.hasEnded = true
            return .ended
        }
        if errno == EAGAIN || errno == EINTR {
            self.mayHaveInput = errno == EINTR
            return .wouldBlock
        }
        self.mayHaveInput = false
        self.isBroken = true
        return .broken
    }

    /// Calls `readable` again from the loop.
    public final func resumeReading() {
        if !self.isClosed { self.loop.wakeAtEndOfTurn(self) }
    }
}

// MARK: - Sending

extension Stream {
    /// Bytes that the kernel would not take yet. More than none is the sign to stop producing.
    @inlinable public final var unsentBytes: Int { self.output.count }

    /// Whether something waits for the kernel, or for the end of the turn.
    public final var mayHaveUnsent: Bool { self.letter >= 0 || !self.output.isEmpty }

    /// Sends `bytes`, or keeps what the kernel does not take.
    public final func send(_ bytes: Span<UInt8>) {
        guard self.takesBytes && bytes.count > 0 else { return }
        if let tls = self.tls { return self.send(bytes, through: tls) }
        self.sendRaw(bytes)
    }

    private final var takesBytes: Bool { !self.isBroken && !self.isClosed && !self.cannotSend }

    final func sendRaw(_ bytes: Span<UInt8>) {
        guard self.output.isEmpty else { return self.output.append(bytes) }
        if bytes.count <= Outbox.maximumPiece { return self.context.outbox.add(bytes, of: self) }
        guard self.context.outbox.deliver(of: self) else { return self.keep(bytes) }
        self.deliver(bytes)
    }

    /// Sends to the kernel what comes next.
    final func deliver(_ bytes: Span<UInt8>) {
        let sent = bytes.withUnsafeBytes { Glibc.send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        self.keepRest(of: bytes, sent)
    }

    /// Sends both in one call.
    public final func send(_ head: Span<UInt8>, _ body: Span<UInt8>) {
        guard body.count > 0 else { return self.send(head) }
        guard self.takesBytes else { return }
        if let tls = self.tls { return self.send(head, body, through: tls) }
        if head.count + body.count <= Outbox.maximumPiece {
            self.sendRaw(head)
            return self.sendRaw(body)
        }
        guard self.context.outbox.deliver(of: self) else {
            self.keep(head)
            return self.keep(body)
        }
        let sent = self.sendVector(head, body)
        if sent > 0 { self.hasDelivered = true }
        if sent >= head.count {
            self.keepRest(of: body, sent - head.count)
        } else {
            self.keepRest(of: head, sent)
            if !self.cannotSend { self.output.append(body) }
        }
    }

    /// Closes as soon as all was sent.
    public final func closeWhenSent() {
        guard !self.closesWhenSent else { return }
        self.closesWhenSent = true
        if let tls = self.tls { self.endSending(through: tls) }
        self.context.outbox.deliver(of: self)
        if self.output.isEmpty { self.close() }
    }

    /// Says that nothing more will be sent, once all was.
    public final func endSending() {
        guard !self.endsWhenSent else { return }
        self.endsWhenSent = true
        if let tls = self.tls { self.endSending(through: tls) }
        self.context.outbox.deliver(of: self)
        if self.output.isEmpty { shutdown(self.descriptor, Int32(SHUT_WR)) }
    }

    /// Sends what waits.
    public final func flush() {
        guard !self.output.isEmpty && !self.isBroken && !self.cannotSend else { return }
        let sent = self.output.withSpan { bytes in
            bytes.withUnsafeBytes { Glibc.send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }
        guard sent >= 0 else { return self.failedToSend() }
        self.output.removeFirst(sent)
        guard self.output.isEmpty else { return self.sentSome() }
        self.output.reset(keeping: 0)
        if self.closesWhenSent { return self.close() }
        if self.endsWhenSent { shutdown(self.descriptor, Int32(SHUT_WR)) }
        self.drained()
    }

    private final func sendVector(_ head: Span<UInt8>, _ body: Span<UInt8>) -> Int {
        head.withUnsafeBytes { head in
            body.withUnsafeBytes { body in
                withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { vectors in
                    vectors[0] = iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress),
                        iov_len: head.count
                    )
                    vectors[1] = iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: body.baseAddress),
                        iov_len: body.count
                    )
                    var message = msghdr()
                    message.msg_iov = vectors.baseAddress
                    message.msg_iovlen = 2
                    return sendmsg(self.descriptor, &message, Int32(MSG_NOSIGNAL))
                }
            }
        }
    }

    private final func keepRest(of bytes: Span<UInt8>, _ sent: Int) {
        if sent > 0 { self.hasDelivered = true }
        if sent == bytes.count { return }
        if sent < 0 { self.failedToSend() }
        self.keep(bytes.extracting(max(sent, 0)...))
    }

    /// What the kernel does not take now.
    final func keep(_ bytes: Span<UInt8>) {
        if !self.cannotSend { self.output.append(bytes) }
    }

    private final func failedToSend() {
        if errno == EAGAIN || errno == EINTR { return }
        self.cannotSend = true
        self.output.reset(keeping: 0)
        self.mayHaveInput = true
        self.loop.wakeAtEndOfTurn(self)
    }
}
