internal import OAuth
internal import Reactor
internal import Transport
internal import Trust
internal import Upstreams

/// Fetches the keys of one issuer as the gateway does.
final class IssuerExamination: Examination {
    private let issuer: IssuerSettings
    private let fetch: DocumentFetch

    init(_ issuer: IssuerSettings, client: ControlClient, loop: EventLoop) {
        self.issuer = issuer
        self.fetch = DocumentFetch(client: client, loop: loop)
    }

    var subject: Finding.Subject { .issuer(self.issuer.name) }

    func start(_ completion: @escaping ([Finding]) -> Void) {
        let findings = IssuerFindings(issuer: self.issuer)
        guard self.issuer.keys.isFetched else { return completion(findings.held()) }
        self.fetch.start(self.issuer) { result, time in
            switch result {
            case .failure(let failure): completion(findings.failed(failure))
            case .success(let outcome):
                let clock = time.difference(to: outcome.date)
                completion(findings.fetched(outcome, within: time.milliseconds, clock: clock))
            }
        }
    }

    func cancel() { self.fetch.cancel() }
}
