import Bytes
import HTTP
import HTTPConnections
import OAuth
import Policy
import Telemetry
import Transport
import Trust
import Upstreams

/// One request and its answer: what the stages learn on the way, and the way itself.
///
/// Recycled by its worker. While `connection` is set the client is there; while `call.connection` is set an upstream is.
final class Exchange: ServerRequest {
    enum Progress {
        /// No request.
        case none
        /// Between the head and the upstream, within one turn of the loop.
        case judging
        /// Keys are on their way.
        case waitingForKeys
        /// Going up, or waiting for the answer.
        case forwarding
        /// The answer's head has gone down.
        case answering
        /// The gateway answers by itself once the body was read.
        case reading
        /// The authorization server has the request, or sign-in.
        case waitingForAnswer
        /// After an upgrade.
        case tunnel
    }

    // Strong and constant, so that using it counts no references; the worker lets go of its exchanges when it ends.
    let worker: Worker
    let call: ProxyCall
    var progress = Progress.none
    /// The policy that the request is judged by; a reload does not change it on the way.
    var state: GatewayState
    /// Where the worker's list of exchanges under way keeps it.
    var listIndex = -1

    // MARK: Of one request: `begin` gives each a new one

    var learned = Learned()
    var forwarding = Forwarding()
    var record = AccessRecord(startedAt: 0)
    /// What is asked of the route's requests, and how they are carried out. Only after *match*.
    var rules: RouteRules { self.learned.rules! }
    var plan: RoutePlan { self.learned.plan! }

    // MARK: Memory that is used again: `begin` empties it

    /// The client's address as text; empty behind a Unix socket.
    var client = ByteBuffer(capacity: 48)
    /// The path in its one meaning.
    var path = ByteBuffer(capacity: 256)
    var host = ByteBuffer()
    var requestID = RequestID()
    /// The head for the upstream, kept until the answer comes: it may have to be sent again.
    var upstreamHead = ByteBuffer(capacity: 2048)
    /// What an endpoint of the authorization server was sent. Empty but while it is read.
    var endpointBody = EndpointBody()

    init(worker: Worker, state: GatewayState) {
        self.worker = worker
        self.state = state
        self.call = ProxyCall()
        super.init()
        self.call.exchange = self
    }

    // MARK: - The request's line

    enum Stage { case sanitise, authenticate, authorise }

    /// Every request goes this way. A stage that throws ends it; only *authenticate* may wait, and comes back here.
    func run(from stage: Stage) {
        do throws(Refusal) {
            if stage == .sanitise {
                try self.sanitise()
                if try self.enterEndpoint() { return }
                if try self.answeredPreflight() { return }
                try self.matchRoute()
            }
            if stage != .authorise {
                guard try self.authenticate() else { return }
            }
            let permit = try self.authorise()
            self.record.decision = .allow
            if self.learned.forwardAuth != nil { return try self.confirm(permit) }
            try self.prepare(permit)
            self.forward()
        } catch {
            self.refuse(error)
        }
    }

    // MARK: - ServerRequest

    override func headArrived() {
        self.begin()
        self.run(from: .sanitise)
    }

    override var takesBody: Bool { self.wantsBody }
    override func bodyArrived(_ wire: Span<UInt8>, content: Int) { self.sendBody(wire, content: content) }
    override func bodyPaused() { self.pauseBody() }
    override func bodyEnded() { self.endBody() }
    override func bodyFailed(_ failure: ServerRequestFailure) { self.failBody(failure) }
    override func answerHeldBack() { self.watchUpstream() }

    override func answerDrained() {
        self.watchUpstream()
        self.call.connection?.resumeReading()
    }
    override func aborted() { self.clientLeft() }
    override func released() { self.worker.recycle(self) }

}
