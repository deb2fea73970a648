import Bytes
import HTTP
import Login
import Policy
import SharedState

/// The session that a browser keeps in its cookies, on routes with `login`. May wait for the provider.
extension Exchange {
    /// False: the session is on its way, or is being refreshed, and the loop comes back with `sessionRead` or
    /// `sessionAnswered`. True without a session, too: what the route makes of nobody is *authorise*'s to say.
    func takeSession() throws(Refusal) -> Bool {
        guard self.rules.login != .none, let sessions = self.state.sessions else { return true }
        let finding = sessions.read(at: self.now) { name, text in self.appendCookie(name, to: &text) }
        return try self.take(finding, of: nil, sessions)
    }

    /// Milliseconds since 1970, as of the worker's latest tick.
    private var now: Int64 { self.worker.wallSeconds * 1000 }

    /// - Parameter held: Where the shared state keeps what was found, and what it said just now.
    private func take(
        _ finding: SessionFinding,
        of held: (handle: SessionHandle, value: StateValue?)?,
        _ sessions: SessionReader
    ) throws(Refusal) -> Bool {
        switch finding {
        case .none: return true
        case .unusable:
            self.forgetSession(sessions)
            return true
        case .held(let handle):
            self.worker.login.read(handle, from: self.worker.shared, for: self)
            self.waitForAnswer()
            return false
        case .live(let session, let refresh):
            // One of another provider is good elsewhere.
            guard self.rules.login.contains(session.principal.issuer) else { return true }
            guard self.worker.knowsCutOffs, self.worker.cutOffs.canJudge(session) else {
                throw Refusal(.stateUnavailable)
            }
            guard !self.worker.authorization.isRevoked(session) else {
                self.forgetSession(sessions)
                return true
            }
            try self.checkSite(needsProof: true)
            self.learned.remembered = session
            guard refresh == .none else { return self.refresh(session, sessions, isDue: refresh == .due) }
            self.note(sessions, held)
            return true
        }
    }

    /// Called from the loop: what the shared state has said of the session that this request brought.
    func sessionRead(_ result: Result<StateValue?, StateFailure>, of handle: SessionHandle) {
        guard self.takesAnswer(), let sessions = self.state.sessions else { return }
        do throws(Refusal) {
            guard case .success(let value) = result else { throw Refusal(.stateUnavailable) }
            let finding = sessions.take(value, of: handle, at: self.now)
            guard try self.take(finding, of: (handle, value), sessions) else { return }
            self.goOn()
        } catch {
            self.refuse(error)
            self.connection?.resumeReading()
        }
    }

    /// The credential is good: the loop comes back to the request.
    func goOn() {
        self.run(from: .authorise)
        self.connection?.resumeReading()
    }

    /// True: the request need not wait.
    private func refresh(_ remembered: RememberedSession, _ sessions: SessionReader, isDue: Bool) -> Bool {
        guard let copy = sessions.copy(of: remembered), self.worker.login.refresh(copy, isDue: isDue, for: self) else {
            return true
        }
        self.waitForAnswer()
        return false
    }

    /// Called from the loop: what became of the session that this request brought.
    func sessionAnswered(_ outcome: RefreshOutcome) {
        guard self.takesAnswer(), let sessions = self.state.sessions else { return }
        switch outcome {
        case .refreshed(let session): self.adopt(session, sessions)
        // It may have ended while the request waited.
        case .kept where !self.tokenIsRevoked: break
        case .kept, .ended:
            self.learned.remembered = nil
            self.forgetSession(sessions)
        case .unavailable:
            self.refuse(Refusal(.stateUnavailable))
            self.connection?.resumeReading()
            return
        }
        self.goOn()
    }

    private func adopt(_ session: Session, _ sessions: SessionReader) {
        let former = self.learned.remembered as? RememberedSession
        self.learned.remembered = sessions.take(session, former?.handle)
        guard former?.handle == nil else { return }
        let lines = sessions.kit.lines(giving: session, at: self.now, replacing: self.partCount(sessions.kit))
        guard let lines else {
            let text = "A refreshed session does not fit into cookies: its browser is signed out soon."
            return self.worker.log.report(.error, "session_too_large", text)
        }
        self.tellBrowser(lines)
    }

    /// The session was seen now, which the browser or the shared state is told once in a while.
    private func note(_ sessions: SessionReader, _ held: (handle: SessionHandle, value: StateValue?)?) {
        guard sessions.kit.isHeld else {
            return self.tellBrowser(sessions.noteLatest(at: self.now, replacing: self.partCount(sessions.kit)))
        }
        guard let held, let value = held.value, let noted = sessions.noted(value, of: held.handle, at: self.now) else {
            return
        }
        // What was written or removed meanwhile is not undone; whatever comes of it, the next request sees.
        self.worker.shared.replace(value.version, of: held.handle.key, with: noted.bytes, for: noted.lifetime) { _ in }
    }

    /// The browser need not bring it again.
    private func forgetSession(_ sessions: SessionReader) {
        self.tellBrowser(sessions.kit.removals(until: self.partCount(sessions.kit)))
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
