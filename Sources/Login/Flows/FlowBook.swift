internal import Bytes
internal import Cryptography
internal import Telemetry

/// What the flow cookie of one browser holds: its sign-ins and sign-outs under way, and when the last sign-ins ended well.
struct FlowBook: Sendable, Equatable {
    /// Under way at the most: a browser with many tabs. The oldest makes room.
    static let maximumFlows = 5
    /// Milliseconds after which a flow is over.
    static let lifetime: Int64 = 600_000
    /// As many sign-ins of one browser within so many milliseconds are a loop, and no person.
    static let loopCount = 3
    static let loopWindow: Int64 = 30_000
    /// Of the sealed book as text; a cookie with its attributes has room in 4096 bytes.
    static let maximumByteCount = 3600

    private(set) var flows: [Flow] = []
    /// Milliseconds since 1970, the latest last.
    private(set) var signIns: [Int64] = []

    init() {}

    /// Takes a new flow in.
    mutating func begin(_ flow: Flow, at now: Int64) {
        self.forget(at: now)
        self.flows.append(flow)
        if self.flows.count > Self.maximumFlows { self.flows.removeFirst() }
    }

    /// The flow of a response, which is spent with that: a response is good once. Nil if this browser has none of that
    /// state, or had it before.
    mutating func take(state: String, at now: Int64) -> Flow? {
        self.forget(at: now)
        guard let index = self.index(ofState: state), !self.flows[index].isSpent else { return nil }
        let flow = self.flows[index]
        self.flows[index] = flow.spent
        return flow
    }

    /// Where a sign-in led that was spent.
    func spentTarget(state: String) -> String? {
        guard let index = self.index(ofState: state), self.flows[index].isSpent, !self.flows[index].isSignOut else {
            return nil
        }
        return self.flows[index].target
    }

    /// Where the sign-out leads that the provider sends back with this state, once. Nil if this browser has none of it.
    mutating func takeSignOut(state: String, at now: Int64) -> String? {
        self.forget(at: now)
        guard let index = self.index(ofState: state), self.flows[index].isSignOut else { return nil }
        return self.flows.remove(at: index).target
    }

    /// Notes a sign-in that ended well.
    mutating func signedIn(at now: Int64) {
        self.forget(at: now)
        self.signIns.append(now)
    }

    /// Whether the next sign-in would be one too many: the browser came back so often without a session.
    func isLooping(at now: Int64) -> Bool {
        self.signIns.count { now - $0 < Self.loopWindow } >= Self.loopCount - 1
    }

    private func index(ofState state: String) -> Int? {
        let digest = SecretDigest(of: state)
        return self.flows.firstIndex { SecretDigest(of: $0.state) == digest }
    }

    var isEmpty: Bool { self.flows.isEmpty && self.signIns.isEmpty }

    private mutating func forget(at now: Int64) {
        self.flows.removeAll { now - $0.startedAt >= Self.lifetime }
        self.signIns.removeAll { now - $0 >= Self.loopWindow }
    }

    // MARK: - As the value of a cookie

    /// The oldest flows are left out until it fits.
    func sealed(_ seal: SessionSeal) -> String {
        var book = self
        while true {
            let text = Base64URL.encode(seal.seal(flow: book.written))
            if text.utf8.count <= Self.maximumByteCount || book.flows.isEmpty { return text }
            book.flows.removeFirst()
        }
    }

    /// Empty if `text` is not ours.
    init(_ text: Span<UInt8>, _ seal: SessionSeal) {
        guard let box = Base64URL.decode(text), let bytes = seal.open(flow: box.span) else { return }
        var reader = RecordReader(position: 0)
        while let signIn = reader.timeOrNever(bytes.span), signIn != Self.endOfSignIns { self.signIns.append(signIn) }
        while let startedAt = reader.time(bytes.span), let state = reader.text(bytes.span),
            let nonce = reader.text(bytes.span), let verifier = reader.text(bytes.span),
            let provider = reader.text(bytes.span), let target = reader.text(bytes.span)
        {
            self.flows.append(
                Flow(
                    state: state,
                    nonce: nonce,
                    verifier: Redacted(verifier),
                    provider: provider,
                    target: target,
                    startedAt: startedAt
                )
            )
        }
        for index in self.flows.indices {
            let maker = reader.range(bytes.span)
            self.flows[index].maker = maker.flatMap { SessionMaker(bytes.span.extracting($0).array) }
        }
    }

    private static let endOfSignIns: Int64 = .max
    /// Ends the flows. Behind it stand their makers, which earlier versions of the gateway neither write nor read.
    private static let endOfFlows: Int64 = .max

    private var written: [UInt8] {
        var bytes = ByteBuffer(capacity: 1024)
        for signIn in self.signIns + [Self.endOfSignIns] { bytes.append(time: signIn) }
        for flow in self.flows {
            bytes.append(time: flow.startedAt)
            for text in [flow.state, flow.nonce, flow.verifier.secret, flow.provider, flow.target] {
                bytes.append(field: Array(text.utf8))
            }
        }
        bytes.append(time: Self.endOfFlows)
        for flow in self.flows { bytes.append(field: flow.maker?.bytes ?? []) }
        return bytes.span.array
    }
}
