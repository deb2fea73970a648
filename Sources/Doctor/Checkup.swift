internal import AuthorizationServer
public import Gateway
internal import Login
internal import Reactor
internal import Telemetry
internal import Upstreams

/// Looks at all that a policy needs beside itself: the authorization server's store, issuers, sign-in providers, the shared
/// state, the names that browsers ask for. It asks in the ways in which the gateway itself asks, with the same authorities and
/// the same rules.
public final class Checkup {
    /// What all of it may take: everything is looked at at the same time. No fetch of the gateway's may take longer but
    /// by `key_refresh.timeout`, and who sets that higher does not want to wait for it here.
    public static let timeLimit = Duration.seconds(10)

    private let loop = EventLoop()
    private let examinations: [any Examination]
    private var findings: [[Finding]?]

    public init(_ settings: GatewaySettings) {
        let client = ControlClient(loop: self.loop)
        var examinations: [any Examination] = []
        if let server = settings.authorizationServer { examinations.append(ServerExamination(server)) }
        for issuer in settings.issuers {
            examinations.append(IssuerExamination(issuer, client: client, loop: self.loop))
        }
        if let login = settings.login {
            // What a provider has to say beyond its answers is in the log of the gateway that runs.
            let log = OperationalLog(level: .error)
            for provider in login.providers {
                examinations.append(
                    ProviderExamination(provider, baseURL: login.baseURL, client: client, log: log, loop: self.loop)
                )
            }
            examinations.append(LoginExamination(login, behind: settings.listeners, loop: self.loop))
        }
        if let state = settings.state { examinations.append(StateExamination(state, loop: self.loop)) }
        self.examinations = examinations
        self.findings = Array(repeating: nil, count: examinations.count)
    }

    /// What was found, in the order of the policy. Takes up to `timeLimit`. To be called once.
    public func run() -> [Finding] {
        let end = LoopTimer(on: self.loop, after: Self.timeLimit) { [unowned self] in self.loop.stop() }
        for (index, examination) in self.examinations.enumerated() {
            examination.start { [unowned self] in self.ended(index, $0) }
        }
        if self.findings.contains(where: { $0 == nil }) { self.loop.run() }
        return withExtendedLifetime(end) { self.conclusions }
    }

    private func ended(_ index: Int, _ findings: [Finding]) {
        self.findings[index] = findings
        if self.findings.allSatisfy({ $0 != nil }) { self.loop.stop() }
    }

    private var conclusions: [Finding] {
        zip(self.examinations, self.findings).flatMap { examination, findings -> [Finding] in
            if let findings { return findings }
            examination.cancel()
            let text = "it has not answered all that it was asked within \(Self.timeLimit.components.seconds) s"
            return [.failure(examination.subject, text, remedy: "see whether it is overloaded")]
        }
    }
}
