public import Bytes
public import HTTP
import Reactor
public import Transport

/// One request on a connection, as the protocol sees it. The gateway subclasses it and says what becomes of the events.
///
/// Recycled: a connection takes one from its context when a head is complete, and gives it back when the answer has ended.
open class ServerRequest {
    public final var head = RequestHead()
    /// The head's own bytes: the ranges in `head` name pieces of it.
    public final var headBytes = ByteBuffer(capacity: 1024)
    /// Nil once the exchange is over.
    public final unowned(unsafe) var connection: ServerConnection?

    public init() {}

    /// The head is complete.
    open func headArrived() {}
    /// A piece of the body as it is sent on: in chunks when the request is chunked. `content` bytes of it are content.
    open func bodyArrived(_ wire: Span<UInt8>, content: Int) {}
    /// The body is complete.
    open func bodyEnded() {}
    /// No more of the body is at hand now: what was gathered can be sent.
    open func bodyPaused() {}
    /// The body's framing is broken, or it did not arrive in time. Nothing more of it will come.
    open func bodyFailed(_ failure: ServerRequestFailure) {}
    /// The client has gone. The connection is closing.
    open func aborted() {}
    /// All of the answer so far has been taken by the client's kernel.
    open func answerDrained() {}
    /// Some of the answer, which seemed to have left, waits for the client.
    open func answerHeldBack() {}
    /// The connection has let go of it: the exchange is over, and the request may be used again.
    open func released() {}
    /// Whether more of the body may be handed over now.
    open var takesBody: Bool { true }
}

/// Why a request cannot go on.
public enum ServerRequestFailure: Equatable, Sendable {
    case malformed(HTTPParseError)
    case timeout
    /// There is no room for the connection.
    case overloaded
}

/// What all server connections of one loop share. The gateway subclasses it.
open class ServerContext {
    @exclusivity(unchecked) public final private(set) var limits: HeadLimits
    @exclusivity(unchecked) public final private(set) var timeouts: ServerTimeouts
    public final unowned(unsafe) let transport: TransportContext
    final var scratchHead = RequestHead()

    public init(limits: HeadLimits, timeouts: ServerTimeouts, transport: TransportContext) {
        self.limits = limits
        self.timeouts = timeouts
        self.transport = transport
    }

    /// For heads and waits that begin from now on.
    public final func adopt(limits: HeadLimits, timeouts: ServerTimeouts) {
        self.limits = limits
        self.timeouts = timeouts
    }

    /// A request for a head that has just become complete.
    open func takeRequest(for connection: ServerConnection) -> ServerRequest { ServerRequest() }
    /// What arrived is no request. Answer it; the connection closes afterwards.
    open func refuse(_ failure: ServerRequestFailure, on connection: ServerConnection) {}
    /// The same of a head, for whoever answers by the path that it asked for, as it was sent; empty if not even that could be
    /// read.
    open func refuse(_ error: HTTPParseError, askedFor path: Span<UInt8>, on connection: ServerConnection) {
        self.refuse(.malformed(error), on: connection)
    }
    /// The connection has brought a request, and waits for the next one from now on until it has one.
    open func connectionIsIdle(_ connection: ServerConnection) {}
    open func connectionClosed(_ connection: ServerConnection) {}
}

/// In milliseconds.
public struct ServerTimeouts: Sendable {
    public var header: UInt64 = 10_000
    public var bodyIdle: UInt64 = 30_000
    public var writeIdle: UInt64 = 60_000
    public var keepAlive: UInt64 = 75_000
    public var tunnelIdle: UInt64 = 3_600_000

    public init() {}
}
