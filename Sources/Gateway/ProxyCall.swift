import Bytes
import HTTP
import HTTPConnections

/// The upstream's side of an exchange: passes on what the connection tells.
final class ProxyCall: ClientCall {
    // An exchange owns its call.
    unowned(unsafe) var exchange: Exchange!

    override var method: Method { self.exchange.head.method }
    override var wantsWire: Bool { self.exchange.relaysChunks }
    // Back-pressure is not reading the other side.
    override var takesBody: Bool { self.exchange.connection.map { $0.unsentBytes == 0 } ?? false }

    override func connecting() { self.exchange.limitConnecting() }
    override func connected() { self.exchange.upstreamConnected() }
    override func headArrived(_ head: borrowing ResponseHead, _ bytes: Span<UInt8>) {
        self.exchange.answerHeadArrived(head, bytes)
    }
    override func interimArrived(_ head: borrowing ResponseHead, _ bytes: Span<UInt8>) {
        self.exchange.interimArrived(head, bytes)
    }
    override func bodyArrived(_ bytes: Span<UInt8>) { self.exchange.answerBodyArrived(bytes) }
    override func bodyPaused() { self.exchange.answerPaused() }
    override func answerEnded() { self.exchange.answerEnded() }
    override func failed(_ failure: ClientFailure) { self.exchange.upstreamFailed(failure) }
    override func heldBack() { self.exchange.watchUpstream() }
    override func drained() {
        self.exchange.watchUpstream()
        self.exchange.connection?.resumeReading()
    }
}
