public import JOSE
public import OAuth
public import Reactor
public import Transport
public import Upstreams

/// One fetch of one issuer's keys: discovery, if that is their source, and the set. All of it within one `timeout`.
public final class KeyFetch {
    /// The keys of an issuer, and what else its answers say.
    public struct Outcome: Sendable {
        public var set: JSONWebKeySet
        /// `max-age` of the set's answer, in seconds.
        public var maximumAge: Int64?
        /// What discovery found; nil when the keys' place is known without.
        public var metadata: JSONValue?
        /// What the clock of the server with the keys said, in seconds since 1970; nil if it did not say.
        public var date: Int64?

        public init(set: JSONWebKeySet) { self.set = set }
    }

    private let issuer: IssuerSettings
    private let client: ControlClient
    private let loop: EventLoop
    private let tls: TLSContext?
    private let endsAt: UInt64
    private let completion: (Result<Outcome, KeyFetchFailure>) -> Void
    private var call: ControlCall?
    private var metadata: JSONValue?

    /// `completion` is called once, later, from the loop, unless the fetch is cancelled before.
    public init(
        _ issuer: IssuerSettings,
        client: ControlClient,
        loop: EventLoop,
        tls: TLSContext?,
        _ completion: @escaping (Result<Outcome, KeyFetchFailure>) -> Void
    ) {
        self.issuer = issuer
        self.client = client
        self.loop = loop
        self.tls = tls
        self.completion = completion
        loop.refreshClock()
        self.endsAt = loop.milliseconds + issuer.keyRefresh.timeout.wholeMilliseconds
    }

    public func start() {
        switch self.issuer.keys {
        case .url(let url): self.fetchSet(url)
        case .discovery: self.discover()
        case .keySet, .pem, .secret, .embedded: preconditionFailure("keys of this process are not fetched")
        }
    }

    public func cancel() {
        self.call?.cancel()
    }

    // MARK: - Discovery

    private func discover() {
        IssuerMetadata.discover(self.issuer.issuer, get: { [unowned self] in self.get($0, $1) }) {
            [unowned self] result in
            do throws(KeyFetchFailure) {
                let (json, place) = try result.get()
                self.metadata = json
                self.fetchSet(try IssuerMetadata.keyLocation(in: json, at: place, of: self.issuer.issuer))
            } catch {
                self.fails(error)
            }
        }
    }

    // MARK: - The set

    private func fetchSet(_ text: String) {
        guard let url = ControlURL(text) else { return self.fails(.keyLocation("\(text) is no http or https URL")) }
        self.fetchSet(url)
    }

    private func fetchSet(_ url: ControlURL) {
        self.get(url) { [unowned self] result in
            switch result {
            case .failure(let failure): self.fails(.call(url: url.description, failure))
            case .success(let answer): self.read(answer, from: url)
            }
        }
    }

    private func read(_ answer: ControlAnswer, from url: ControlURL) {
        do throws(JSONWebKeySet.Fault) {
            let body = answer.body
            var outcome = Outcome(set: try JSONWebKeySet(parsing: body.span))
            outcome.maximumAge = answer.maximumAge
            outcome.metadata = self.metadata
            outcome.date = answer.date
            self.completion(.success(outcome))
        } catch {
            self.fails(.document(url: url.description, "\(error)"))
        }
    }

    // MARK: - Private details

    private func get(_ url: ControlURL, _ completion: @escaping (Result<ControlAnswer, ControlFailure>) -> Void) {
        self.loop.refreshClock()
        let rest = self.endsAt - min(self.endsAt, self.loop.milliseconds)
        self.call = self.client.get(url, tls: self.tls, timeout: .milliseconds(Int64(rest)), completion)
    }

    private func fails(_ failure: KeyFetchFailure) {
        self.completion(.failure(failure))
    }
}
