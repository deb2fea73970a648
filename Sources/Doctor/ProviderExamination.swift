internal import Cryptography
internal import JOSE
internal import Login
internal import OAuth
internal import Reactor
internal import Telemetry
internal import Trust
internal import Upstreams

/// Looks at one sign-in provider: what it publishes, and whether it knows the gateway as its client. No person is needed,
/// and nothing is left behind but a line in the provider's log.
final class ProviderExamination: Examination {
    private let settings: ProviderSettings
    private let baseURL: BaseURL
    private let client: ControlClient
    private let loop: EventLoop
    private let fetch: DocumentFetch
    private let provider: (any Provider)?
    private var findings: [Finding] = []

    init(_ settings: ProviderSettings, baseURL: BaseURL, client: ControlClient, log: OperationalLog, loop: EventLoop) {
        self.settings = settings
        self.baseURL = baseURL
        self.client = client
        self.loop = loop
        self.fetch = DocumentFetch(client: client, loop: loop)
        // A private key that cannot be used was refused when the policy was checked.
        self.provider = try? settings.provider(baseURL: baseURL, client: client, server: nil, log: log, loop: loop)
    }

    var subject: Finding.Subject { .provider(self.settings.name) }

    func start(_ completion: @escaping ([Finding]) -> Void) {
        switch self.settings.kind {
        case .embedded:
            completion([.ok(self.subject, "the authorization server of this gateway, which needs no network")])
        case .github: self.reachGitHub(completion)
        case .issuer(let issuer, _): self.fetch(issuer, completion)
        }
    }

    func cancel() { self.fetch.cancel() }

    // MARK: - Steps

    private func fetch(_ issuer: String, _ completion: @escaping ([Finding]) -> Void) {
        let judge = ProviderFindings(settings: self.settings, issuer: issuer)
        self.fetch.start(self.source(issuer)) { [unowned self] result, time in
            switch result {
            case .failure(let failure): completion(judge.failed(failure))
            case .success(let outcome):
                let clock = time.difference(to: outcome.date)
                self.findings = judge.fetched(outcome, within: time.milliseconds, clock: clock)
                guard !self.findings.contains(where: { $0.verdict == .failure }) else {
                    return completion(self.findings)
                }
                let pushes = outcome.metadata?["pushed_authorization_request_endpoint"]?.string != nil
                pushes ? self.push(completion) : self.redeem(completion)
            }
        }
    }

    /// Where its documents are; for tokens nobody uses it.
    private func source(_ issuer: String) -> IssuerSettings {
        var source = IssuerSettings(
            name: self.settings.name,
            issuer: issuer,
            audiences: .oneOf([self.settings.clientID]),
            algorithms: [.rs256],
            keys: .discovery
        )
        source.certificateAuthorities = self.settings.certificateAuthorities
        return source
    }

    private func push(_ completion: @escaping ([Finding]) -> Void) {
        self.provider?.begin(Self.request) { [unowned self] result in
            self.findings += self.judge.pushed(result)
            // To ask once more with a wrong secret may lock the client out.
            guard !self.findings.contains(where: { $0.verdict == .failure }) else { return completion(self.findings) }
            self.redeem(completion)
        }
    }

    private func redeem(_ completion: @escaping ([Finding]) -> Void) {
        let code = Redacted(RandomSecret().text)
        let response = SignInResponse(code: code, issuer: self.issuer, request: Self.request)
        self.provider?.finish(response) { [unowned self] result in
            completion(self.findings + self.judge.redeemed(result))
        }
    }

    /// Who somebody is, its interface tells, which is another host.
    private func reachGitHub(_ completion: @escaping ([Finding]) -> Void) {
        let place = (self.settings.endpoints ?? .github).api + "/user"
        guard let url = ControlURL(place) else { return self.redeem(completion) }
        var request = ControlRequest(url)
        // Without a token it says no, or too often.
        request.answers = [401, 403, 429]
        let time = FetchTime()
        let tls = DocumentFetch.tls(trusting: self.settings.certificateAuthorities)
        self.client.send(request, tls: tls, timeout: Self.patience) { [unowned self] result in
            switch result {
            case .success: self.findings = [.ok(self.subject, "\(url): it answers, \(time.milliseconds) ms")]
            case .failure(let failure):
                let remedy = failure.remedy(authorities: "login.providers.\(self.settings.name).tls.ca")
                self.findings = [.failure(self.subject, "\(url): \(failure)", remedy: remedy)]
            }
            self.redeem(completion)
        }
    }

    /// As for documents of other providers.
    private static let patience = KeyRefreshSettings().timeout

    // MARK: - Private details

    private var judge: ClientFindings {
        ClientFindings(settings: self.settings, redirectURI: self.baseURL.redirectURI)
    }

    /// `iss`, as if it had come from there.
    private var issuer: String? {
        if case .issuer(let issuer, _) = self.settings.kind { issuer } else { nil }
    }

    private static var request: SignInRequest {
        SignInRequest(
            state: RandomSecret().text,
            nonce: RandomSecret().text,
            verifier: Redacted(RandomSecret().text)
        )
    }
}
