public import Bytes
public import Reactor

/// What all streams of one loop share: the loop and its buffers, so that an idle connection owns none.
public final class TransportContext {
    /// Bytes that one receive takes at the most.
    public static let receiveBytes = 64 * 1024

    /// Plaintext of one TLS record at the most (RFC 8446 5.1).
    static let recordBytes = 16 * 1024

    public let loop: EventLoop
    /// What the latest receive brought; valid until the next one, on any stream of this loop.
    public internal(set) var input = ByteBuffer(capacity: TransportContext.receiveBytes)
    /// Ciphertext on its way in or out of TLS sessions.
    var ciphertext = ByteBuffer()
    /// One TLS record's plaintext that is put together of two pieces; empty without TLS.
    var record = ByteBuffer()
    /// Scratch in which heads are put together before they are sent.
    public var scratch = ByteBuffer(capacity: 16 * 1024)
    /// Whose bytes are in `scratch` and have not been sent.
    // Unmanaged, because each head would count references: a stream that closes gives the buffer back first.
    private var scratchOwner: Unmanaged<Stream>?

    /// Small pieces that leave at the end of the turn.
    let outbox = Outbox()

    public init(loop: EventLoop) {
        self.loop = loop
        loop.atEndOfTurn { [outbox] in outbox.deliver() }
    }

    /// Empties `scratch` for `stream`. What another stream left there is sent first: bytes never change hands.
    public func claimScratch(for stream: Stream) {
        let claimant = Unmanaged.passUnretained(stream)
        if let owner = self.scratchOwner, owner.toOpaque() != claimant.toOpaque() {
            owner.takeUnretainedValue().flushScratch()
        }
        self.scratchOwner = claimant
        self.scratch.removeAll()
    }

    /// What was in `scratch` has been sent, or its stream is gone.
    public func releaseScratch(of stream: Stream) {
        if self.scratchOwner?.toOpaque() == Unmanaged.passUnretained(stream).toOpaque() { self.scratchOwner = nil }
    }
}
