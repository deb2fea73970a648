internal import Reactor
internal import Telemetry
internal import Transport
internal import Upstreams

/// The way to one provider: TLS, and the bounds on what is asked of it. On the control loop.
final class ProviderLine {
    /// How many turns may be under way. With a provider that takes all the time there is, six sign-ins a second.
    static let maximumTurns = 64
    /// What one turn may take; a person waits for it.
    static let turnTime = Duration.seconds(10)

    let loop: EventLoop
    private let client: ControlClient
    private let log: OperationalLog
    private let name: String
    /// Reading the system's authorities takes a while: it waits for the first https call. What cannot be read was refused
    /// when the policy was checked; without a context every such call fails.
    private lazy var tls = try? TLSContext(client: self.tlsSettings)
    private var tlsSettings = ClientTLSSettings()
    /// What tests change.
    var turnTime = ProviderLine.turnTime
    /// Milliseconds that tests let pass at once.
    var skipped: UInt64 = 0
    private var turns = 0

    init(_ settings: ProviderSettings, client: ControlClient, log: OperationalLog, loop: EventLoop) {
        self.loop = loop
        self.client = client
        self.log = log
        self.name = settings.name
        self.tlsSettings.authorities = settings.certificateAuthorities
    }

    /// Milliseconds on a clock that only moves forward.
    var now: UInt64 {
        self.loop.refreshClock()
        return self.loop.milliseconds + self.skipped
    }

    /// Begins a turn. `completion` is called once, later, from the loop.
    func turn<Value>(
        _ completion: @escaping (Result<Value, ProviderFailure>) -> Void,
        _ body: @escaping (ProviderTurn<Value>) throws(ProviderFailure) -> Void
    ) {
        let isTooMany = self.turns >= Self.maximumTurns
        self.turns += 1
        let turn = ProviderTurn<Value>(self, endsAt: self.now + self.turnTime.wholeMilliseconds, completion)
        turn.start { turn throws(ProviderFailure) in
            if isTooMany { throw .unavailable("\(Self.maximumTurns) sign-ins wait for this provider already") }
            try body(turn)
        }
    }

    /// When the fetch of a document has to have ended, such as metadata or keys: turns wait for it.
    var documentEnd: UInt64 { self.now + self.turnTime.wholeMilliseconds / 2 }

    func turnEnded() {
        self.turns -= 1
    }

    /// Tells the operator that somebody signs in without groups, because the provider does not tell them as a whole. It is
    /// nobody's name that is told, but `remedy`: what the provider has to be asked for.
    func reportUnknownGroups(_ remedy: String) {
        self.log.report(
            .warning,
            "groups_unknown",
            "Somebody signs in without groups: the provider did not tell them, or has more than are read. \(remedy)",
            [LogField("provider", .text(self.name))]
        )
    }

    /// Sends `request`, which has until `endsAt` on the loop's clock.
    func send(
        _ request: ControlRequest,
        until endsAt: UInt64,
        _ completion: @escaping (Result<ControlAnswer, ControlFailure>) -> Void
    ) {
        let now = self.now
        let rest = Duration.milliseconds(Int64(endsAt - min(endsAt, now)))
        self.client.send(request, tls: request.url.isSecure ? self.tls : nil, timeout: rest, completion)
    }
}
