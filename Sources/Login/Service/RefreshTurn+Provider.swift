internal import SharedState

/// What is done while the lock is held: the provider is asked, and all are shown what it said.
extension RefreshTurn {
    /// What the provider has said, on its way to where all can see it.
    private struct Answered {
        let session: Session
        let end: End
        let provider: any Provider
    }

    func ask(_ kept: SessionShelf.Kept?) {
        if let kept, kept.session.isRefreshed(since: self.copy) { return self.release(.refreshed(kept.session)) }
        guard let session = self.later(of: kept), let provider = self.provider(session) else {
            return self.release(.ended)
        }
        provider.refresh(session.identity) { [self] result in
            switch result {
            case .failure(let failure):
                self.report(session.provider, failure)
                self.release(failure.endsSession ? .ended : .failed)
            case .success(.identity(let identity, let doubt)):
                if let doubt { self.report(session.provider, doubt) }
                let session = session.refreshed(identity, at: self.now())
                self.keep(Answered(session: session, end: .refreshed(session), provider: provider), kept?.version)
            case .success(.token(let token, let failure)):
                self.report(session.provider, failure)
                let session = session.rotated(to: token)
                self.keep(Answered(session: session, end: .failed, provider: provider), kept?.version)
            }
        }
    }

    /// What is kept may be older than what the browser brings, if the state could not be reached in between.
    private func later(of kept: SessionShelf.Kept?) -> Session? {
        guard case .whole(let session) = self.copy else { return kept?.session }
        guard let kept, kept.session.version > session.version else { return session }
        return kept.session
    }

    // The provider may not take the former refresh token again: nobody else must ask before all can see the next one.
    private func keep(_ answered: Answered, _ former: StateVersion?) {
        // Who has got the lock since it ended may have kept what came later.
        guard self.holdsLock() else { return self.look(before: answered, mayWrite: true) }
        self.write(answered, former)
    }

    private func write(_ answered: Answered, _ former: StateVersion?) {
        self.shelf.keep(answered.session, of: self.copy, replacing: former, at: self.now()) { [self] result in
            switch result {
            case .success(true): self.release(answered.end)
            // Somebody has noted that the session was seen, has ended it, or has refreshed it.
            case .success(false): self.look(before: answered, mayWrite: self.holdsLock())
            case .failure(let failure): self.tryAgain(answered, former, after: failure)
            }
        }
    }

    /// - Parameter mayWrite: Whether `answered` is kept in the place of a session that is as it was.
    private func look(before answered: Answered, mayWrite: Bool) {
        self.shelf.latest(self.copy) { [self] result in
            switch result {
            case .success(nil) where self.copy.handle != nil:
                // Its sign-out has revoked the former tokens.
                answered.provider.revoke(answered.session.identity)
                self.release(.ended)
            case .success(let kept?) where kept.session.isRefreshed(since: self.copy):
                self.release(.refreshed(kept.session))
            case .success(let kept) where mayWrite: self.write(answered, kept?.version)
            case .success: self.giveUp(answered, "another gateway has written instead")
            case .failure(let failure): self.tryAgain(answered, nil, after: failure)
            }
        }
    }

    private func tryAgain(_ answered: Answered, _ former: StateVersion?, after failure: StateFailure) {
        // There may be room in a while; what is too large remains so.
        guard failure != .tooLarge, self.holdsLock(for: Self.retryInterval) else {
            return self.giveUp(answered, "\(failure)")
        }
        // This gateway's requests go on meanwhile.
        self.tell(answered.end)
        self.later(Self.retryInterval) { [self] in self.write(answered, former) }
    }

    /// Who brings the former refresh token may be signed out for it: operators learn why.
    private func giveUp(_ answered: Answered, _ words: String) {
        let failure = ProviderFailure.unavailable("the next tokens of a session could not be kept: \(words)")
        self.report(answered.session.provider, failure)
        self.release(answered.end)
    }
}

extension Session {
    /// Whether it has later tokens than `copy`. One that has got its next refresh token alone is due as it was.
    fileprivate func isRefreshed(since copy: SessionCopy) -> Bool {
        self.version > copy.version && self.times.refreshedAt != copy.times.refreshedAt
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
        // GitHub's word.
        "incorrect_client_credentials",
    ]
}
