internal import Reactor

/// How long sessions live, and when something is to be done about them. Pure: the clock comes from outside.
public struct SessionLife: Sendable, Equatable {
    /// Milliseconds, from sign-in.
    let lifetime: Int64
    /// Milliseconds, from the last request.
    let idle: Int64

    /// Milliseconds before its end at which a token is refreshed at the earliest.
    static let longestHead: Int64 = 60_000
    /// A session outlives its access token for so many milliseconds while the provider is away.
    static let providerGrace: Int64 = 300_000

    public init(_ settings: SessionSettings) {
        self.lifetime = Int64(settings.lifetime.wholeMilliseconds)
        self.idle = Int64(settings.idle.wholeMilliseconds)
    }

    public enum Refresh: Equatable, Sendable {
        case none
        /// Soon: the first request to see it asks the provider, others go on.
        case ahead
        /// The access token has run out: requests wait for the next one.
        case due
    }

    func isOver(_ times: Session.Times, at now: Int64) -> Bool {
        now >= self.endsAt(times) || now - times.seenAt >= self.idle
    }

    /// When it ends even if it is used.
    func endsAt(_ times: Session.Times) -> Int64 { times.startedAt + self.lifetime }

    /// How long it lives if nobody uses it any more.
    func rest(_ times: Session.Times, at now: Int64) -> Duration {
        .milliseconds(max(0, min(self.endsAt(times), times.seenAt + self.idle) - now))
    }

    /// Whether the browser is to get a copy that says it was seen now: once in a quarter of `idle`.
    func isToBeNoted(_ times: Session.Times, at now: Int64) -> Bool {
        (now - times.seenAt) * 4 >= self.idle
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
