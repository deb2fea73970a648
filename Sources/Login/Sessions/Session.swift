internal import Telemetry

/// A browser that a provider signed in: what is sealed in its cookies, or kept in the shared state.
public struct Session: Sendable, Equatable {
    /// What each request has to be judged by. It stands at a fixed place before the rest.
    public struct Times: Sendable, Equatable {
        /// Of the sign-in. Milliseconds since 1970, as all of these.
        public var startedAt: Int64
        /// Of the last request that was noted, which not each is (`SessionLife`).
        public var seenAt: Int64
        /// When the access token was issued.
        public var refreshedAt: Int64
        /// When it runs out, if there is a refresh token to get the next one with; nil: nothing is to be refreshed.
        public var refreshDueAt: Int64?
    }

    public let name: SessionName
    /// Counts how often it was refreshed: of two copies the higher is the session.
    public var version: UInt32
    public var times: Times
    /// The provider's name in the policy.
    public let provider: String
    /// Who that was then. Nil for a session of an earlier version of the gateway, which did not note it.
    public let maker: SessionMaker?
    public var identity: Identity

    /// A new one, of a browser that has just signed in. `now` is in milliseconds since 1970.
    public init(of identity: Identity, provider: String, maker: SessionMaker?, at now: Int64) {
        self.name = SessionName()
        self.version = 0
        self.provider = provider
        self.maker = maker
        self.identity = identity
        self.times = Times(startedAt: now, seenAt: now, refreshedAt: now)
        self.times.refreshDueAt = Self.refreshDueAt(identity)
    }

    init(
        name: SessionName,
        version: UInt32,
        times: Times,
        provider: String,
        maker: SessionMaker?,
        identity: Identity
    ) {
        self.name = name
        self.version = version
        self.times = times
        self.provider = provider
        self.maker = maker
        self.identity = identity
    }

    /// The same session with what the provider has just said.
    public func refreshed(_ identity: Identity, at now: Int64) -> Session {
        var session = self
        session.version &+= 1
        session.identity = identity
        // ID tokens of a refresh need not have it (OpenID Connect Core 1.0, section 12.2), and the provider ends sessions by it.
        if identity.providerSession == nil, let sid = self.identity.providerSession {
            session.identity.claims = identity.claims.with("sid", .string(sid))
        }
        session.times.refreshedAt = now
        session.times.seenAt = max(session.times.seenAt, now)
        session.times.refreshDueAt = Self.refreshDueAt(identity)
        return session
    }

    /// The same session when the provider has said nothing that counts but its next refresh token: it is due as before.
    func rotated(to token: Redacted<String>) -> Session {
        var session = self
        session.version &+= 1
        session.identity.refreshToken = token
        return session
    }

    private static func refreshDueAt(_ identity: Identity) -> Int64? {
        identity.refreshToken == nil ? nil : identity.accessExpiresAt.map { $0 * 1000 }
    }
}
