import Bytes
import HTTP
import Login
import Policy

/// The session that a browser keeps in its cookies, on routes with `login`. May wait for the provider.
extension Exchange {
    /// False: the session is being refreshed, and the loop comes back with `sessionAnswered`. True without a session, too:
    /// what the route makes of nobody is *authorise*'s to say.
    func takeSession() throws(Refusal) -> Bool {
        guard self.rules.login != .none, let sessions = self.state.sessions else { return true }
        let now = self.worker.wallSeconds * 1000
        let finding = sessions.read(at: now) { name, text in self.appendCookie(name, to: &text) }
        switch finding {
        case .none: return true
        case .unusable:
            self.tellBrowser(sessions.kit.removals(until: self.partCount(sessions.kit)))
            return true
        case .live(let session, let refresh):
            // One of another provider is good elsewhere.
            guard self.rules.login.contains(session.principal.issuer) else { return true }
            guard !self.worker.authorization.isRevoked(session) else {
                self.tellBrowser(sessions.kit.removals(until: self.partCount(sessions.kit)))
                return true
            }
            try self.checkSite(needsProof: true)
            self.learned.remembered = session
            guard refresh == .none else { return self.refresh(session, isDue: refresh == .due) }
            self.tellBrowser(sessions.noteLatest(at: now, replacing: self.partCount(sessions.kit)))
            return true
        }
    }

    /// True: the request need not wait.
    private func refresh(_ remembered: RememberedSession, isDue: Bool) -> Bool {
        guard let session = self.state.sessions?.latest() else { return true }
        guard self.worker.login.refresh(session, isDue: isDue, for: self) else { return true }
        self.progress = .waitingForAnswer
        return false
    }

    /// Called from the loop: what became of the session that this request brought.
    func sessionAnswered(_ outcome: RefreshOutcome) {
        guard self.progress == .waitingForAnswer, let sessions = self.state.sessions else { return }
        self.progress = .judging
        switch outcome {
        case .refreshed(let session):
            self.learned.remembered = sessions.take(session)
            let now = self.worker.wallSeconds * 1000
            self.tellBrowser(
                sessions.kit.lines(giving: session, at: now, replacing: self.partCount(sessions.kit)) ?? []
            )
        case .kept: break
        case .ended:
            self.learned.remembered = nil
            self.tellBrowser(sessions.kit.removals(until: self.partCount(sessions.kit)))
        }
        self.run(from: .authorise)
        self.connection?.resumeReading()
    }

    /// Adds to what the answer will say.
    func tellBrowser(_ cookies: [String]) {
        for cookie in cookies { self.learned.cookieLines += Array("Set-Cookie: \(cookie)\r\n".utf8) }
    }

    private func partCount(_ kit: SessionKit) -> Int {
        var nothing = ByteBuffer()
        return kit.partCount { self.appendCookie($0, to: &nothing) > 0 }
    }

    /// The value of the cookie of that name, at the end of `text`. Returns how many there are.
    private func appendCookie(_ name: [UInt8], to text: inout ByteBuffer) -> Int {
        var count = 0
        var next = self.head.fields.firstIndex(of: .cookie)
        while let index = next {
            let value = self.head.fields[index].value
            self.headBytes.withSpan { bytes in
                let line = bytes.bytes(value)
                let match = Cookies.find(name.span, in: line)
                count += match.count
                if let cookie = match.first { text.append(line.extracting(cookie.value)) }
            }
            next = self.head.fields.index(of: .cookie, after: index)
        }
        return count
    }
}
