internal import JOSE
internal import Reactor
internal import Upstreams

/// One thing that is asked of a provider, in steps. What a step throws ends the turn; so does a call that fails.
///
/// Its calls come one after the other, with one time for all. It keeps itself until it has ended.
final class ProviderTurn<Value> {
    private let line: ProviderLine
    private let endsAt: UInt64
    private var completion: ((Result<Value, ProviderFailure>) -> Void)?
    private var timer: LoopTimer?
    /// What the turn has in spite of a failure of what is left of it: a rotated refresh token must not get lost. Nil: that
    /// failure is the end of it.
    var fallback: ((ProviderFailure) -> Value?)?

    init(
        _ line: ProviderLine,
        endsAt: UInt64,
        _ completion: @escaping (Result<Value, ProviderFailure>) -> Void
    ) {
        self.line = line
        self.endsAt = endsAt
        self.completion = completion
    }

    /// From the loop, so that nobody is answered inside of his own question.
    func start(_ body: @escaping (ProviderTurn) throws(ProviderFailure) -> Void) {
        self.timer = LoopTimer(on: self.line.loop, after: .zero) { [self] in
            if let timer = self.timer { self.line.loop.releaseAtEndOfTurn(timer) }
            self.timer = nil
            self.goOn { () throws(ProviderFailure) in try body(self) }
        }
    }

    /// Sends `request` and goes on with the answer.
    func send(_ request: ControlRequest, _ next: @escaping (ControlAnswer) throws(ProviderFailure) -> Void) {
        self.line.send(request, until: self.endsAt) { result in
            switch result {
            case .failure(let failure): self.fails(ProviderFailure(failure, at: request.url.description))
            case .success(let answer): self.goOn { () throws(ProviderFailure) in try next(answer) }
            }
        }
    }

    /// Sends `request` and goes on with the answer's status and its JSON.
    func send(
        _ request: ControlRequest,
        forJSON next: @escaping (UInt16, JSONValue) throws(ProviderFailure) -> Void
    ) {
        self.send(request) { answer throws(ProviderFailure) in
            let body = answer.body
            let json: JSONValue
            do throws(JSONError) {
                json = try JSONValue(parsing: body.span)
            } catch {
                throw ProviderFailure.invalid("\(request.url): the answer is \(answer.status): \(error)")
            }
            try next(answer.status, json)
        }
    }

    /// Goes on with a document, when it is there.
    func wait<Document>(
        for document: KeptDocument<Document>,
        _ next: @escaping (Document) throws(ProviderFailure) -> Void
    ) {
        document.take { self.goOn($0, next) }
    }

    /// Goes on with a document that is newer than the one that was of no use, if it may be fetched now.
    func waitAnew<Document>(
        for document: KeptDocument<Document>,
        _ next: @escaping (Document) throws(ProviderFailure) -> Void
    ) {
        document.takeAnother { self.goOn($0, next) }
    }

    // MARK: - The end

    func succeeds(_ value: Value) { self.ends(.success(value)) }

    func fails(_ failure: ProviderFailure) {
        self.ends(self.fallback?(failure).map { .success($0) } ?? .failure(failure))
    }

    private func ends(_ result: Result<Value, ProviderFailure>) {
        guard let completion = self.completion else { preconditionFailure("a turn has ended before") }
        self.completion = nil
        self.line.turnEnded()
        completion(result)
    }

    private func goOn<Input>(
        _ result: Result<Input, ProviderFailure>,
        _ next: (Input) throws(ProviderFailure) -> Void
    ) {
        self.goOn { () throws(ProviderFailure) in try next(try result.get()) }
    }

    private func goOn(_ step: () throws(ProviderFailure) -> Void) {
        do throws(ProviderFailure) {
            try step()
        } catch {
            self.fails(error)
        }
    }
}

extension ProviderTurn<Refreshed> {
    /// From here on the next tokens are there: whatever of the rest comes to nothing, they are not lost, in doubt. A refusal
    /// ends the session all the same.
    func keeps(_ renewed: Identity) {
        self.fallback = { failure in
            if case .refused = failure { nil } else { .identity(renewed, doubt: failure) }
        }
    }
}
