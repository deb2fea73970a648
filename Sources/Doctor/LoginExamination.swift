internal import Login
internal import Reactor
internal import Transport

/// Looks at `login` itself, and looks up the name that browsers ask for.
final class LoginExamination: Examination {
    private let findings: LoginFindings
    private let loop: EventLoop
    private var resolver: NameResolver?

    init(_ login: LoginSettings, behind listeners: [ListenerSettings], loop: EventLoop) {
        self.findings = LoginFindings(login: login, listeners: listeners)
        self.loop = loop
    }

    var subject: Finding.Subject { .login }

    func start(_ completion: @escaping ([Finding]) -> Void) {
        guard let name = self.findings.name else { return completion(self.findings.all) }
        let resolver = NameResolver(loop: self.loop)
        self.resolver = resolver
        resolver.resolve(name) { [findings] addresses in
            completion(findings.all + [findings.resolved(name, to: addresses.map { "\($0)" })])
        }
    }

    func cancel() {}
}
