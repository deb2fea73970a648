import HTTPConnections
public import Reactor
public import Transport

/// The gateway's own calls, such as for an issuer's keys, on the control loop: one GET, one connection, one answer.
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

    /// Asks for `url`. `completion` is called once, later, from the loop, unless the call is cancelled before. `tls`
    /// verifies the server of an https URL.
    @discardableResult
    public func get(
        _ url: ControlURL,
        tls: TLSContext?,
        timeout: Duration,
        _ completion: @escaping (Result<ControlAnswer, ControlFailure>) -> Void
    ) -> ControlCall {
        let call = ControlCall(url, tls: tls, timeout: timeout, client: self, completion)
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
    public let body: [UInt8]
    /// `max-age` of Cache-Control, in seconds, if the answer may be kept.
    public let maximumAge: Int64?
}
