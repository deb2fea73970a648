public import Cryptography

/// What sessions of one policy are made and read with, on every thread: settings, seal, cookie names.
public struct SessionKit: Sendable {
    public let settings: LoginSettings
    let seal: SessionSeal
    public let life: SessionLife
    let cookie: LoginCookie
    let flowCookie: LoginCookie
    let parts: SessionParts

    /// - Parameters:
    ///   - sessionKey: Seals where the settings have no keys. One for the whole life of the process, so that all workers read
    ///     what one has sealed, and a reload ends no session.
    ///   - former: The kit of the policy before, if there was one.
    ///   - now: When it takes the place of that, in milliseconds since 1970.
    public init(
        _ settings: LoginSettings,
        sessionKey: SealingKey,
        behind former: SessionKit? = nil,
        at now: Int64 = 0
    ) {
        self.settings = settings
        self.seal = SessionSeal(settings, sessionKey: sessionKey)
        let life = SessionLife(settings.session)
        self.life = former.map { life.behind($0.life, at: now) } ?? life
        self.cookie = LoginCookie(session: settings.cookie, baseURL: settings.baseURL)
        self.flowCookie = LoginCookie(flow: settings.cookie, baseURL: settings.baseURL)
        self.parts = SessionParts(self.cookie)
    }

    /// The names of all cookies of sign-in, which no upstream sees.
    public var cookieNames: [[UInt8]] { self.parts.names + [Array(self.flowCookie.name.utf8)] }

    /// Whether sessions are kept in the shared state, and browsers have a handle.
    public var isHeld: Bool { self.settings.session.store == .state }

    /// The values of `Set-Cookie` that give the browser `handle`. It is good for as long as the session can live: when it
    /// was seen last is known to the shared state.
    func lines(giving handle: SessionHandle, of session: Session, at now: Int64, replacing former: Int) -> [String] {
        let maximumAge = (self.life.endsAt(session.times) - now) / 1000
        return [self.cookie.line(handle.text, maximumAge: maximumAge)] + self.removals(from: 1, until: former)
    }

    /// The values of `Set-Cookie` that give the browser `session`. Nil if it is too large for cookies even without what
    /// can be missed.
    ///
    /// - Parameter replacing: How many parts the browser has of another: those that are not overwritten are removed.
    public func lines(
        giving session: Session,
        at now: Int64,
        replacing former: Int
    ) -> [String]? {
        guard let values = self.values(session) else { return nil }
        let maximumAge = (self.life.endsAt(session.times) - now) / 1000
        let set = values.enumerated().map { part, value in
            self.cookie.line(suffix: SessionParts.suffix(part), value, maximumAge: maximumAge)
        }
        return set + self.removals(from: values.count, until: former)
    }

    /// How many parts of a session the browser has: `isThere` says which cookies the request brought.
    public func partCount(_ isThere: (_ name: [UInt8]) -> Bool) -> Int { self.parts.count(isThere) }

    /// With which the browser forgets the parts of its session from `first` on, before `end`.
    public func removals(from first: Int = 0, until end: Int) -> [String] {
        first < end ? (first..<end).map { self.cookie.removal(suffix: SessionParts.suffix($0)) } : []
    }

    private func values(_ session: Session) -> [String]? {
        if let values = SessionParts.split(self.seal.seal(session: SessionRecord.write(session))) { return values }
        // The ID token is kept for the provider's sign-out page alone, which asks without it.
        guard session.identity.idToken != nil else { return nil }
        var smaller = session
        smaller.identity.idToken = nil
        return SessionParts.split(self.seal.seal(session: SessionRecord.write(smaller)))
    }
}
