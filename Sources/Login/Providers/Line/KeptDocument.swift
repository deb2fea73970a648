internal import Reactor

/// A document of a provider that is fetched when it is needed, and then kept. One fetch answers all who wait for it; they
/// are as many as there are turns, at most.
final class KeptDocument<Document> {
    /// The latest, however old.
    private(set) var latest: Document?
    private var timing: DocumentTiming
    private var lastFailure: ProviderFailure?
    private var waiting: [(Result<Document, ProviderFailure>) -> Void] = []
    private let line: ProviderLine
    private let fetch: (@escaping (Result<Document, ProviderFailure>) -> Void) -> Void

    /// - Parameters:
    ///   - patience: For how many milliseconds more an old one serves while the provider cannot be reached. What it answers
    ///     is never passed over, be it of another issuer, or nothing.
    ///   - fetch: Calls what it is given once, later.
    init(
        _ line: ProviderLine,
        patience: UInt64 = 0,
        fetch: @escaping (@escaping (Result<Document, ProviderFailure>) -> Void) -> Void
    ) {
        self.line = line
        self.timing = DocumentTiming(patience: patience)
        self.fetch = fetch
    }

    /// Calls `completion` at once with a document that is fresh, and later otherwise.
    func take(_ completion: @escaping (Result<Document, ProviderFailure>) -> Void) {
        self.perform(self.timing.asked(now: self.line.now), completion)
    }

    /// The same after the document that is there was of no use: with a newer one, or the same if none may be fetched now.
    func takeAnother(_ completion: @escaping (Result<Document, ProviderFailure>) -> Void) {
        self.perform(self.timing.askedForAnother(now: self.line.now), completion)
    }

    private func perform(
        _ step: DocumentTiming.Step,
        _ completion: @escaping (Result<Document, ProviderFailure>) -> Void
    ) {
        switch (step, self.latest, self.lastFailure) {
        case (.use, let document?, _): completion(.success(document))
        case (.fail, _, let failure?): completion(.failure(failure))
        case (.wait, _, _): self.waiting.append(completion)
        case (.fetch, _, _):
            self.waiting.append(completion)
            self.fetch { self.fetched($0) }
        case (.use, nil, _), (.fail, _, nil): preconditionFailure("what was obtained or has failed is kept")
        }
    }

    private func fetched(_ result: Result<Document, ProviderFailure>) {
        switch result {
        case .success(let document):
            self.latest = document
            self.timing.obtained(now: self.line.now)
        case .failure(let failure):
            self.lastFailure = failure
            self.timing.failed(now: self.line.now, isUnreachable: failure.isUnavailable)
        }
        let waiting = self.waiting
        self.waiting = []
        let outcome = self.timing.serves(at: self.line.now) ? self.latest.map { .success($0) } ?? result : result
        for completion in waiting { completion(outcome) }
    }
}

extension ProviderFailure {
    fileprivate var isUnavailable: Bool { if case .unavailable = self { true } else { false } }
}
