internal import Reactor

/// How long sessions live, and when something is to be done about them. Pure: the clock comes from outside.
public struct SessionLife: Sendable, Equatable {
    /// Milliseconds, from sign-in.
    let lifetime: Int64
    /// Milliseconds, from the last request.
    let idle: Int64
    /// What a reload has made longer.
    private var former: Former?

    /// Milliseconds before its end at which a token is refreshed at the earliest.
    static let longestHead: Int64 = 60_000
    /// A session outlives its access token for so many milliseconds while the provider is away.
    static let providerGrace: Int64 = 300_000

    public init(_ settings: SessionSettings) {
        self.lifetime = Int64(settings.lifetime.wholeMilliseconds)
        self.idle = Int64(settings.idle.wholeMilliseconds)
    }

    /// A policy that was in force until a moment, in milliseconds since 1970.
    private struct Former: Equatable {
        let lifetime: Int64
        let idle: Int64
        let until: Int64
    }

    /// The same behind `former`, whose place it takes now. A cut-off is kept for as long as a copy of its session could live
    /// when it was made. So that longer times wake none of those up, a session that was seen last under shorter ones is held
    /// to these as well, until it is seen again: who is signed in notices nothing.
    ///
    /// - Parameter now: Milliseconds since 1970.
    func behind(_ former: SessionLife, at now: Int64) -> SessionLife {
        var life = self
        life.former = former.former
        guard former.lifetime < self.lifetime || former.idle < self.idle else { return life }
        // Several reloads in a row: the shortest of all.
        life.former = Former(
            lifetime: min(former.lifetime, former.former?.lifetime ?? .max),
            idle: min(former.idle, former.former?.idle ?? .max),
            until: now
        )
        return life
    }

    public enum Refresh: Equatable, Sendable {
        case none
        /// Soon: the first request to see it asks the provider, others go on.
        case ahead
        /// The access token has run out: requests wait for the next one.
        case due
    }

    func isOver(_ times: Session.Times, at now: Int64) -> Bool {
        let former = self.former(times)
        let lifetime = min(self.lifetime, former?.lifetime ?? .max)
        return now - times.startedAt >= lifetime || now - times.seenAt >= min(self.idle, former?.idle ?? .max)
    }

    /// Nil for a session that was seen under this policy.
    private func former(_ times: Session.Times) -> Former? {
        self.former.flatMap { times.seenAt < $0.until ? $0 : nil }
    }

    /// When it ends even if it is used.
    func endsAt(_ times: Session.Times) -> Int64 { times.startedAt + self.lifetime }

    /// How long it lives if nobody uses it any more.
    func rest(_ times: Session.Times, at now: Int64) -> Duration {
        .milliseconds(max(0, min(self.endsAt(times), times.seenAt + self.idle) - now))
    }

    /// Whether the browser is to get a copy that says it was seen now: once in a quarter of `idle`, and after longer times
    /// came in force.
    func isToBeNoted(_ times: Session.Times, at now: Int64) -> Bool {
        (now - times.seenAt) * 4 >= self.idle || self.former(times) != nil && times.seenAt < now
    }

    func refresh(_ times: Session.Times, at now: Int64) -> Refresh {
        guard let dueAt = times.refreshDueAt else { return .none }
        if now >= dueAt { return .due }
        // A tenth of the token's life, so that short ones are not refreshed all the time.
        let head = min(Self.longestHead, max(0, dueAt - times.refreshedAt) / 10)
        return now >= dueAt - head ? .ahead : .none
    }

    /// Whether a session goes on whose access token has run out, because the provider is away.
    public func survivesProvider(_ times: Session.Times, at now: Int64) -> Bool {
        guard let dueAt = times.refreshDueAt else { return true }
        return now < dueAt + Self.providerGrace
    }
}
