public import AuthorizationServer
internal import Reactor
internal import SharedState
internal import Telemetry

/// Ends of sessions before their time.
extension LoginService {
    /// Ends sessions before their time, copies of them included, at all gateways: here at once, elsewhere within
    /// `CutOffFeed.patience`. After a failure they may be known to have ended elsewhere, and are not here: it has to be asked
    /// for again.
    func cut(_ subject: CutOff.Subject, _ completion: @escaping StateCompletion<Void>) {
        let cutOff = self.cutOff(subject)
        self.state.add(cutOff.shared) { [weak self] result in
            if case .success = result { _ = self?.learn([cutOff]) }
            completion(result)
        }
    }

    /// Ends a session that nobody asks about again. What cannot be told to others holds here all the same, unless there is
    /// no room for more, and they are told as soon as they can be.
    func end(_ name: SessionName, _ handle: SessionHandle?) {
        let cutOff = self.cutOff(.session(name))
        if let handle { self.shelf.remove(handle) { _ in } }
        self.state.add(cutOff.shared) { [weak self, log] result in
            self?.ending.remove(name)
            guard case .failure(let failure) = result else {
                _ = self?.learn([cutOff])
                return
            }
            if failure != .full {
                _ = self?.learn([cutOff])
                self?.teller?.failed(failure)
            }
            log.report(.error, "session_end_failed", "Other gateways may not know of an ended session: \(failure).", [])
        }
    }

    private func cutOff(_ subject: CutOff.Subject) -> CutOff {
        let session = self.settings.session
        return CutOff(
            subject: subject,
            startedUntil: subject.isSession ? .max : self.now(),
            lifetime: min(session.lifetime, session.idle + Self.cutOffMargin)
        )
    }

    /// No copy of a session lives longer than `idle` after the last request that was noted, whose clock may be another's.
    private static let cutOffMargin = Duration.seconds(60)

    func learn(_ cutOffs: [CutOff]) -> Bool {
        let additions = cutOffs.map { ($0, self.cutOffs.add($0)) }
        let added = additions.filter { $0.1 == .added }.map(\.0)
        if !added.isEmpty {
            self.reader.forgetCut(by: added)
            self.tell(.cutOffs(added))
        }
        return !additions.contains { $0.1 == .noRoom }
    }

    func reportUntold(_ failure: StateFailure) {
        let text = "Other gateways may not know of all ended sessions: \(failure). They are told again."
        self.log.report(.error, "session_ends_not_told", text, [])
    }

    /// Grants were revoked at other gateways: what stands on them is remembered no longer.
    public func forget(revoked grants: Set<GrantName>) { self.reader.forget(revoked: grants) }

    func become(fresh: Bool) {
        self.teller?.state(isFresh: fresh)
        self.tell(.isFresh(fresh))
        if fresh {
            self.log.report(.info, "state_available", "The shared state answers: sessions are judged.", [])
        } else {
            self.log.report(.error, "state_unavailable", "The shared state does not answer: sessions are refused.", [])
        }
    }

    func isCut(_ session: Session) -> Bool {
        self.cutOffs.cut(session.subjects, startedAt: session.times.startedAt)
    }
}
