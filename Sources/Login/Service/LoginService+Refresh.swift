internal import Telemetry

/// Sessions whose tokens run out. What the provider says is judged by the policy and the cut-offs of the moment in which it
/// says so.
extension LoginService {
    func refresh(_ copy: SessionCopy, isDue: Bool, _ completion: @escaping (RefreshOutcome) -> Void) {
        self.refreshes.refresh(
            copy,
            isDue: isDue,
            on: self.shelf,
            by: { [weak self] in self?.provider(of: $0) }
        ) { [weak self] outcome in
            guard let self else { return completion(.unavailable) }
            completion(self.judged(outcome, copy))
        }
    }

    private func judged(_ outcome: RefreshOutcome, _ copy: SessionCopy) -> RefreshOutcome {
        switch outcome {
        case .kept, .unavailable: return outcome
        case .refreshed(let session):
            // It may have been signed out while the provider thought about it, and the provider may say now what lets nobody in.
            if self.isCut(session) {
                self.provider(of: session)?.revoke(session.identity)
                return .ended
            }
            guard self.lets(session) else { return self.ended(copy, "Its person is let in no more.") }
            return outcome
        case .ended: return self.ended(copy, "The provider ended it.")
        }
    }

    private func lets(_ session: Session) -> Bool {
        self.providerSettings(of: session).map { $0.allow.refusal(of: session.identity) == nil } ?? false
    }

    // All requests of a session that wait hear of its end.
    private func ended(_ copy: SessionCopy, _ why: String) -> RefreshOutcome {
        guard !self.cutOffs.cut([.session(copy.name)], startedAt: 0), self.ending.insert(copy.name).inserted else {
            return .ended
        }
        self.log.report(.info, "session_ended", "A session has ended. \(why)", [])
        // Copies of it end, too.
        self.end(copy.name, copy.handle)
        return .ended
    }
}
