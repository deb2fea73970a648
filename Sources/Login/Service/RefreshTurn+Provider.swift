internal import SharedState

/// What is done while the lock is held: the provider is asked, and all are shown what it said.
extension RefreshTurn {
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
                self.keep(session, .refreshed(session), kept?.version)
            case .success(.token(let token, let failure)):
                self.report(session.provider, failure)
                self.keep(session.rotated(to: token), .failed, kept?.version)
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
    private func keep(_ session: Session, _ end: End, _ former: StateVersion?) {
        self.shelf.keep(session, of: self.copy, replacing: former, at: self.now()) { [self] result in
            switch result {
            case .success(true): self.release(end)
            case .success(false): self.keepAfterAnother(session, end)
            case .failure(.unavailable) where self.holdsLock(for: Self.retryInterval):
                // This gateway's requests go on meanwhile.
                self.tell(end)
                self.later(Self.retryInterval) { [self] in self.keep(session, end, former) }
            case .failure: self.release(end)
            }
        }
    }

    // Somebody has noted that the session was seen, or has ended it.
    private func keepAfterAnother(_ session: Session, _ end: End) {
        self.shelf.latest(self.copy) { [self] result in
            switch result {
            case .success(nil): self.release(.ended)
            case .success(let kept?) where self.holdsLock(): self.keep(session, end, kept.version)
            case .success, .failure: self.release(end)
            }
        }
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
