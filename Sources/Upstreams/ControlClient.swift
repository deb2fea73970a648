import HTTPConnections
public import Reactor
public import Transport

/// The gateway's own calls, such as for an issuer's keys, on the control loop: one request, one connection, one answer.
///
/// They are few: a connection of its own for each is cheaper than the trouble with idle ones that the server closes.
public final class ControlClient {
    let loop: EventLoop
    let services: UpstreamServices
    private let transport: TransportContext
    private var calls: [ObjectIdentifier: ControlCall] = [:]

    public init(loop: EventLoop) {
        self.loop = loop
        self.transport = TransportContext(loop: loop)
        self.services = UpstreamServices(client: ClientContext(transport: self.transport), loop: loop)
    }

    /// Asks for `url`: a GET that 200 alone answers. See `send`.
    @discardableResult
    public func get(
        _ url: ControlURL,
        tls: TLSContext?,
        timeout: Duration,
        _ completion: @escaping (Result<ControlAnswer, ControlFailure>) -> Void
    ) -> ControlCall {
        self.send(ControlRequest(url), tls: tls, timeout: timeout, completion)
    }

    /// Sends `request`, once at most. `completion` is called once, later, from the loop, unless the call is cancelled
    /// before. `tls` verifies the server of an https URL.
    @discardableResult
    public func send(
        _ request: ControlRequest,
        tls: TLSContext?,
        timeout: Duration,
        _ completion: @escaping (Result<ControlAnswer, ControlFailure>) -> Void
    ) -> ControlCall {
        let call = ControlCall(request, tls: tls, timeout: timeout, client: self, completion)
        self.calls[ObjectIdentifier(call)] = call
        call.start()
        return call
    }

    func ended(_ call: ControlCall) {
        guard let call = self.calls.removeValue(forKey: ObjectIdentifier(call)) else { return }
        self.loop.releaseAtEndOfTurn(call)
    }
}

/// What came of a successful call.
public struct ControlAnswer: Sendable {
    /// One of the request's `answers`.
    public let status: UInt16
    public let body: [UInt8]
    /// `max-age` of Cache-Control, in seconds, if the answer may be kept.
    public let maximumAge: Int64?
    /// What the server's clock said, in seconds since 1970; nil if it did not say.
    public var date: Int64?
}
