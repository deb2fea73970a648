internal import OAuth
internal import Reactor
internal import Transport
internal import Trust
internal import Upstreams

/// One fetch of what an issuer publishes, with the time that it takes.
final class DocumentFetch {
    private let client: ControlClient
    private let loop: EventLoop
    private var fetch: KeyFetch?

    init(client: ControlClient, loop: EventLoop) {
        self.client = client
        self.loop = loop
    }

    /// `completion` is called once, later, unless it is cancelled before.
    func start(
        _ issuer: IssuerSettings,
        _ completion: @escaping (Result<KeyFetch.Outcome, KeyFetchFailure>, FetchTime) -> Void
    ) {
        let tls = Self.tls(trusting: issuer.certificateAuthorities)
        let time = FetchTime()
        let fetch = KeyFetch(issuer, client: self.client, loop: self.loop, tls: tls) { completion($0, time) }
        self.fetch = fetch
        fetch.start()
    }

    /// What cannot be read was refused when the policy was checked; without a context every https call fails.
    static func tls(trusting authorities: String?) -> TLSContext? {
        var settings = ClientTLSSettings()
        settings.authorities = authorities
        return try? TLSContext(client: settings)
    }

    func cancel() { self.fetch?.cancel() }
}
