import Bytes
public import HTTP
import Reactor
public import Transport

/// One request to a server, as its sender sees it. Subclasses say what becomes of the events.
///
/// A call that is on a connection gets exactly one of `answerEnded`, `upgraded` and `failed`, last; it is off the connection by then.
open class ClientCall {
    public final unowned(unsafe) var connection: ClientConnection?

    public init() {}

    /// The method asked with, which decides whether the answer has a body.
    open var method: Method { .get }
    /// A connection is being made for it, now that it has waited for a place.
    open func connecting() {}
    /// The connection stands: send.
    open func connected() {}
    /// A final head has come; `bytes` are those that its ranges are in.
    open func headArrived(_ head: borrowing ResponseHead, _ bytes: Span<UInt8>) {}
    /// 100 to 199 but 101.
    open func interimArrived(_ head: borrowing ResponseHead, _ bytes: Span<UInt8>) {}
    /// A piece of the body. When `wantsWire` it is as it came, in chunks if the answer is chunked; else content alone.
    open func bodyArrived(_ bytes: Span<UInt8>) {}
    /// No more of the answer is at hand now.
    open func bodyPaused() {}
    open func answerEnded() {}
    open func failed(_ failure: ClientFailure) {}
    /// All that was sent has been taken by the kernel.
    open func drained() {}
    /// Some of what was sent, which seemed to have left, waits for the server.
    open func heldBack() {}
    /// Whether more of the answer may be handed over now.
    open var takesBody: Bool { true }
    /// Whether chunks are wanted as they are.
    open var wantsWire: Bool { false }
}

/// Why a call came to nothing.
public enum ClientFailure: Equatable, Sendable {
    /// No connection: refused, unreachable.
    case connect
    case connectTimeout
    /// TLS: the certificate, or the handshake.
    case handshake
    /// The connection ended before anything of the request had left.
    case endedBeforeRequest
    /// The connection ended before the first byte of the answer.
    case endedBeforeAnswer
    /// It ended in the middle of the answer.
    case truncated
    case malformed(HTTPParseError)
    /// The name does not resolve, or no place in the pool.
    case unavailable
}

extension ClientFailure {
    /// In words, for the log.
    public var explanation: String {
        switch self {
        case .connect: "no connection"
        case .connectTimeout: "no connection in time"
        case .handshake: "no TLS: the certificate, or the handshake"
        case .endedBeforeRequest: "the connection ended before the request"
        case .endedBeforeAnswer: "the connection ended before the answer"
        case .truncated: "the connection ended in the middle of the answer"
        case .malformed(let error): "the answer is no HTTP: \(error)"
        case .unavailable: "no address, or no place among the connections in time"
        }
    }
}

/// Who keeps connections that wait for a next call.
open class ClientConnectionOwner {
    public init() {}

    /// The answer has ended and the connection can carry another call.
    open func becameIdle(_ connection: ClientConnection) {}
    open func closed(_ connection: ClientConnection) {}
}

/// What all client connections of one loop share.
public final class ClientContext {
    public unowned(unsafe) let transport: TransportContext
    public let limits: HeadLimits
    var scratchHead = ResponseHead()

    public init(transport: TransportContext, limits: HeadLimits = HeadLimits(headerBytes: 64 * 1024, headerCount: 200))
    {
        self.transport = transport
        self.limits = limits
    }
}
