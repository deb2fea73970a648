internal import Reactor
internal import SharedState

/// Looks at the shared state over the client that the gateway has.
final class StateExamination: Examination {
    private let settings: StateSettings
    private let loop: EventLoop
    private var probe: StateProbe?

    init(_ settings: StateSettings, loop: EventLoop) {
        self.settings = settings
        self.loop = loop
    }

    deinit { self.probe?.close() }

    var subject: Finding.Subject { .state }

    func start(_ completion: @escaping ([Finding]) -> Void) {
        let findings = StateFindings(settings: self.settings)
        do {
            let probe = try StateProbe(self.settings, loop: self.loop)
            self.probe = probe
            probe.start { result in
                switch result {
                case .success(let report): completion(findings.found(report))
                case .failure(let trouble): completion(findings.failed(trouble))
                }
            }
        } catch {
            completion([.failure(.state, "\(error)")])
        }
    }

    func cancel() {
        self.probe?.close()
        self.probe = nil
    }
}
