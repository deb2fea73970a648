internal import Reactor

/// Refreshes sessions, each once however many requests wait for it, on the control loop.
///
/// A provider that rotates refresh tokens takes each once: a second call with the same one would end the session. So there
/// is one call for a session at a time, and its result is kept for requests that still bring what the browser had before.
final class Refreshes {
    typealias Completion = (RefreshOutcome) -> Void

    /// Calls under way at the most; beyond it sessions go on as they are, and ask again with their next request.
    static let maximumUnderWay = 1024
    /// Results kept at the most. The oldest make room.
    static let maximumResults = 4096
    /// Milliseconds that a result is kept: a browser's requests under way, and an answer that got lost.
    static let resultLifetime: Int64 = 600_000
    /// Milliseconds for which a provider that failed is not asked again for the same session.
    static let pause: Int64 = 5000

    private struct Result {
        let session: Session
        let until: Int64
    }

    private(set) var life: SessionLife
    private var underWay: [SessionName: [Completion]] = [:]
    private var results: [SessionName: Result] = [:]
    /// Names in the order in which results came.
    private var order: [SessionName] = []
    private var pausedUntil: [SessionName: Int64] = [:]

    init(_ life: SessionLife) { self.life = life }

    /// The policy was read again. Calls under way and results stay: a refresh token must not be used twice.
    func adopt(_ life: SessionLife) { self.life = life }

    /// `completion` is called once, at once or when the provider has answered.
    ///
    /// - Parameters:
    ///   - isDue: Whether the access token has run out: then the request waits for whoever asks already.
    ///   - now: Milliseconds since 1970, read anew when the provider has answered.
    func refresh(
        _ session: Session,
        isDue: Bool,
        by provider: any Provider,
        now: @escaping () -> Int64,
        _ completion: @escaping Completion
    ) {
        let begin = now()
        self.forget(at: begin)
        if let result = self.results[session.name], result.session.version > session.version {
            return completion(.refreshed(result.session))
        }
        if self.underWay[session.name] != nil {
            // Who need not wait goes on with what it has.
            guard isDue else { return completion(.kept) }
            self.underWay[session.name]?.append(completion)
            return
        }
        let isPaused = self.pausedUntil[session.name].map { begin < $0 } ?? false
        guard !isPaused, self.underWay.count < Self.maximumUnderWay else {
            return completion(self.withoutProvider(session, at: begin))
        }
        self.underWay[session.name] = [completion]
        provider.refresh(session.identity) { [self] result in self.ended(session, result, at: now()) }
    }

    private func ended(_ session: Session, _ result: Swift.Result<Identity, ProviderFailure>, at now: Int64) {
        let outcome: RefreshOutcome
        switch result {
        case .success(let identity):
            let refreshed = session.refreshed(identity, at: now)
            self.keep(refreshed, at: now)
            outcome = .refreshed(refreshed)
        case .failure(let failure) where failure.endsSession: outcome = .ended
        case .failure:
            self.pausedUntil[session.name] = now + Self.pause
            outcome = self.withoutProvider(session, at: now)
        }
        for completion in self.underWay.removeValue(forKey: session.name) ?? [] { completion(outcome) }
    }

    /// What becomes of a session whose provider cannot be asked.
    private func withoutProvider(_ session: Session, at now: Int64) -> RefreshOutcome {
        self.life.survivesProvider(session.times, at: now) ? .kept : .ended
    }

    private func keep(_ session: Session, at now: Int64) {
        self.pausedUntil[session.name] = nil
        if self.results[session.name] == nil { self.order.append(session.name) }
        self.results[session.name] = Result(session: session, until: now + Self.resultLifetime)
        if self.order.count > Self.maximumResults { self.results[self.order.removeFirst()] = nil }
    }

    private func forget(at now: Int64) {
        self.pausedUntil = self.pausedUntil.isEmpty ? [:] : self.pausedUntil.filter { now < $0.value }
        while let first = self.order.first, let result = self.results[first], result.until <= now {
            self.results[first] = nil
            self.order.removeFirst()
        }
    }
}

extension ProviderFailure {
    /// Whether the provider has said that the session is over. What it cannot say now, or says of the gateway as its client
    /// (RFC 6749, section 5.2), is for the operator to mend, and signs nobody out as long as the session may outlive that.
    fileprivate var endsSession: Bool {
        guard case .refused(let error) = self else { return false }
        return !Self.ofTheClient.contains(error)
    }

    private static let ofTheClient = [
        "invalid_client", "unauthorized_client", "invalid_request", "unsupported_grant_type", "invalid_scope",
    ]
}
