import Bytes
public import HTTP
public import HTTPConnections
import Reactor
import Transport

/// One call of a `ControlClient`, from the name to the last byte of the answer.
public final class ControlCall: ClientCall {
    /// The largest body that is taken: 256 KiB, as the reference says.
    public static let maximumBodyBytes = 256 * 1024

    /// What is missing, in words.
    private enum Step: String {
        case resolving = "the name was resolved"
        case connecting = "a connection stood"
        case securing = "TLS stood"
        case answering = "the answer was complete"
    }

    private let request: ControlRequest
    private let tls: TLSContext?
    private let timeout: Duration
    private unowned let client: ControlClient
    private let owner = ControlConnectionOwner()
    private var completion: ((Result<ControlAnswer, ControlFailure>) -> Void)?

    private var step = Step.resolving
    private var addresses: [ConnectAddress] = []
    private var current: ClientConnection?
    private var endTimer: LoopTimer?
    private var connectTimer: LoopTimer?
    private var endsAt: UInt64 = 0
    private var status: UInt16 = 0
    private var body: [UInt8] = []
    private var maximumAge: Int64?
    private var date: Int64?

    init(
        _ request: ControlRequest,
        tls: TLSContext?,
        timeout: Duration,
        client: ControlClient,
        _ completion: @escaping (Result<ControlAnswer, ControlFailure>) -> Void
    ) {
        self.request = request
        self.tls = tls
        self.timeout = timeout
        self.client = client
        self.completion = completion
    }

    func start() {
        self.client.loop.refreshClock()
        self.endsAt = self.client.loop.milliseconds + self.timeout.wholeMilliseconds
        self.endTimer = LoopTimer(on: self.client.loop, after: self.timeout) { [unowned self] in self.timeIsUp() }
        // From the loop, so that the caller has what `send` returned before anything happens.
        self.connectTimer = LoopTimer(on: self.client.loop, after: .zero) { [unowned self] in self.resolve() }
    }

    private func resolve() {
        self.drop(&self.connectTimer)
        switch self.request.url.server {
        case .ip(let address, let port): self.begin(with: [address], port)
        case .name(let name, let port):
            self.client.services.resolver.resolve(name) { [weak self] in self?.begin(with: $0, port) }
        case .unix: self.fails(.linkLocal)
        }
    }

    /// Ends the call; its completion is not called any more.
    public func cancel() {
        self.completion = nil
        self.end()
    }

    // MARK: - Connecting

    private func begin(with resolved: [IPAddress], _ port: UInt16) {
        guard self.completion != nil else { return }
        guard !resolved.isEmpty else { return self.fails(.nameUnknown(self.request.url.host)) }
        // One by one: a name may have good addresses and bad ones, and only the latter are left out.
        let usable = resolved.filter { !$0.isLinkLocal }
        guard !usable.isEmpty else { return self.fails(.linkLocal) }
        self.addresses = usable.map { .ip($0, port: port) }
        self.step = .connecting
        self.connect(after: nil)
    }

    /// Goes to the next address; with none left, the failure of the one before is the call's.
    private func connect(after failure: ControlFailure?) {
        guard !self.addresses.isEmpty else { return self.fails(failure ?? .connection("no address is left")) }
        let address = self.addresses.removeFirst()
        let (tls, host) = (self.tls, self.request.url.host)
        let makeSession: (() -> TLSSession)?
        switch (self.request.url.isSecure, tls) {
        case (false, _): makeSession = nil
        case (true, let tls?): makeSession = { TLSSession(connecting: tls, to: host) }
        case (true, nil): return self.fails(.tls("no authorities can be read"))
        }
        do {
            let connection = try ClientConnection(
                to: address,
                securedBy: makeSession,
                for: self,
                client: self.client.services.client,
                owner: self.owner
            )
            self.current = connection
            connection.start()
            self.limitConnecting()
        } catch {
            self.connect(after: .connection("\(error)"))
        }
    }

    // An address that swallows packets leaves the others their share of the time.
    private func limitConnecting() {
        self.drop(&self.connectTimer)
        guard !self.addresses.isEmpty else { return }
        self.client.loop.refreshClock()
        let rest = self.endsAt - min(self.endsAt, self.client.loop.milliseconds)
        let share = Duration.milliseconds(Int64(rest) / Int64(self.addresses.count + 1))
        self.connectTimer = LoopTimer(on: self.client.loop, after: share) { [unowned self] in
            guard self.step == .connecting, let current = self.current, !current.isConnected else { return }
            self.current = nil
            current.abandon()
            self.connect(after: .timeout(Step.connecting.rawValue))
        }
    }

    // MARK: - ClientCall

    public override var method: Method { self.request.method }

    public override func connected() {
        self.step = .answering
        self.drop(&self.connectTimer)
        var buffer = ByteBuffer(capacity: 512)
        self.request.write(to: &buffer)
        buffer.withSpan { self.current?.send($0) }
        self.current?.requestIsComplete = true
    }

    public override func headArrived(_ head: borrowing ResponseHead, _ bytes: Span<UInt8>) {
        guard self.request.answers.contains(head.status) else { return self.fails(.status(head.status)) }
        self.status = head.status
        for field in head.fields {
            let name = bytes.bytes(field.name), value = bytes.bytes(field.value)
            if name.equalsIgnoringCase("content-encoding") && !value.equalsIgnoringCase("identity") {
                return self.fails(.answer("the answer has a content coding, which was not asked for"))
            }
            if name.equalsIgnoringCase("cache-control") && self.maximumAge == nil {
                self.maximumAge = CacheControl.maximumAge(value)
            }
            if name.equalsIgnoringCase("date") && self.date == nil { self.date = HTTPDate.seconds(value) }
        }
        if case .length(let length) = head.framing, length > UInt64(Self.maximumBodyBytes) { self.fails(.tooLarge) }
    }

    public override func bodyArrived(_ bytes: Span<UInt8>) {
        guard self.body.count + bytes.count <= Self.maximumBodyBytes else { return self.fails(.tooLarge) }
        self.body += bytes.array
    }

    public override func answerEnded() {
        self.current = nil
        var answer = ControlAnswer(status: self.status, body: self.body, maximumAge: self.maximumAge)
        answer.date = self.date
        self.complete(.success(answer))
    }

    public override func failed(_ failure: ClientFailure) {
        let connection = self.current
        self.current = nil
        switch failure {
        case .connect, .connectTimeout, .unavailable:
            self.connect(after: .connection(connection?.connectError.map { "\($0)" } ?? "no connection"))
        case .handshake:
            self.fails(Self.handshakeFailure(connection?.tlsFailure))
        case .endedBeforeRequest, .endedBeforeAnswer, .truncated: self.fails(.connection(failure.explanation))
        case .malformed: self.fails(.answer(failure.explanation))
        }
    }

    private static func handshakeFailure(_ failure: TLSFailure?) -> ControlFailure {
        guard let failure else { return .tls("the connection ended in the handshake") }
        guard case .certificateRejected(_, let fault) = failure else { return .tls("\(failure)") }
        return .tls("\(failure)", fault)
    }

    // MARK: - The end

    private func timeIsUp() {
        guard self.step != .resolving else { return self.fails(.nameTimeout(self.request.url.host)) }
        let isSecuring = self.step == .connecting && self.current?.isSecure == true
        self.fails(.timeout((isSecuring ? Step.securing : self.step).rawValue))
    }

    private func fails(_ failure: ControlFailure) {
        self.complete(.failure(failure))
    }

    private func complete(_ result: Result<ControlAnswer, ControlFailure>) {
        guard let completion = self.completion else { return }
        self.completion = nil
        self.end()
        completion(result)
    }

    private func end() {
        let connection = self.current
        self.current = nil
        connection?.abandon()
        self.drop(&self.endTimer)
        self.drop(&self.connectTimer)
        self.client.ended(self)
    }

    // It may be the one that is firing.
    private func drop(_ timer: inout LoopTimer?) {
        guard let old = timer else { return }
        timer = nil
        self.client.loop.releaseAtEndOfTurn(old)
    }
}

/// Keeps nothing: an answered connection is closed.
private final class ControlConnectionOwner: ClientConnectionOwner {
    override func becameIdle(_ connection: ClientConnection) { connection.close() }
}
