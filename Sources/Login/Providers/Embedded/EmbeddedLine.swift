internal import AuthorizationServer
internal import Endpoints
internal import Reactor
internal import Stores
internal import Telemetry

/// The way to the authorization server in this process, and back to the control loop. How much may wait there is the
/// server's to say: beyond it, it answers 503.
struct EmbeddedLine {
    private let server: AuthorizationService
    private let loop: EventLoop

    init(_ server: AuthorizationService, loop: EventLoop) {
        self.server = server
        self.loop = loop
    }

    /// What the server issues with. It is there before anything that was issued with it.
    var snapshot: AuthorizationSnapshot { self.server.snapshot }

    /// Sends a form, as the client that the gateway is. `completion` is called once, later, on the loop.
    func ask(
        _ endpoint: Endpoint,
        _ pairs: [(name: String, value: String)],
        _ completion: @escaping (EndpointAnswer) -> Void
    ) {
        var request = EndpointRequest(method: .post, requestID: "")
        request.contentType = "application/x-www-form-urlencoded"
        request.body = Array(FormEncoding.encode(pairs).utf8)
        let now = Timestamp(milliseconds: WallClock.milliseconds)
        let call = EndpointCall(request, to: endpoint, now: now, isFromGateway: true)
        let remote = self.loop.remote
        // nonisolated: it is called by posted work alone, which runs on the loop that it comes from.
        nonisolated(unsafe) let completion = completion
        self.server.submit(call) { answer in remote.post { completion(answer) } }
    }

    /// Calls `body` from the loop, so that nobody is answered inside of his own question.
    func later(_ body: @escaping () -> Void) {
        // nonisolated: as above.
        nonisolated(unsafe) let body = body
        self.loop.remote.post { body() }
    }
}
