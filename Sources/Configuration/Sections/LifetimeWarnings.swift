import AuthorizationServer

// Times that are each within their bounds and make no sense together, and a lockout that hardly locks anybody out. A value
// that the policy leaves out contradicts nothing: whoever shortens one time alone wants to hear nothing of the others.

extension PolicyReader {
    /// More guesses than this are no slips of the person whose password it is.
    private static let manyFailures = 20
    /// Who guesses waits shorter times than this without noticing them.
    private static let shortestLockout: Duration = .seconds(60)

    /// People take longer than this to find their password.
    private static let shortestSession: Duration = .seconds(60)

    func warnOfContradictions(_ lifetimes: TokenLifetimes, _ section: Section) {
        self.warnOfShortIdleness(lifetimes, section)
        if lifetimes.refresh < lifetimes.access, let field = section.field("refresh") {
            let access = lifetimes.access.policyText
            self.warning(
                field,
                "shorter than `access` (\(access)), so that no refresh token outlives its first access token; write at "
                    + "least `\(access)`"
            )
        }
        if lifetimes.device < TokenLifetimes.pollInterval, let field = section.field("device") {
            let interval = TokenLifetimes.pollInterval.policyText
            self.warning(
                field,
                "shorter than the \(interval) between two polls, so that no device gets its tokens; write minutes"
            )
        }
    }

    private func warnOfShortIdleness(_ lifetimes: TokenLifetimes, _ section: Section) {
        guard let field = section.field("refresh_idle") else { return }
        if lifetimes.refreshIdle > lifetimes.refresh {
            self.warning(field, Self.pointless(beyond: "refresh", lifetimes.refresh))
        }
        if lifetimes.refreshIdle < lifetimes.refreshGrace {
            let grace = lifetimes.refreshGrace.policyText
            self.warning(
                field,
                "shorter than `refresh_grace` (\(grace)), which then ends before its time; write at least `\(grace)`"
            )
        }
    }

    func warnOfContradictions(_ session: SessionSettings, _ section: Section) {
        if session.idle > session.lifetime, let field = section.field("idle") {
            self.warning(field, Self.pointless(beyond: "lifetime", session.lifetime))
        }
        if session.lifetime < Self.shortestSession, let field = section.field("lifetime") {
            let least = Self.shortestSession.policyText
            self.warning(field, "it ends while people are still being asked; write at least `\(least)`")
        }
    }

    /// Of `rotate`.
    func warnOfHaste(_ rotation: Duration, _ section: Section) {
        let publication = Duration.seconds(SigningKeys.maximumAge)
        guard rotation < publication, let field = section.field("rotate") else { return }
        let text = publication.policyText
        self.warning(
            field,
            "shorter than the \(text) for which each key is published before it signs; write at least `\(text)`"
        )
    }

    func warnOfWeakness(_ lockout: LockoutSettings, _ section: Section) {
        if lockout.failures > Self.manyFailures, let field = section.field("failures") {
            self.warning(field, "so many guesses find weak passwords; write at most `\(Self.manyFailures)`")
        }
        for (key, value) in [("window", lockout.window), ("block", lockout.block)] where value < Self.shortestLockout {
            guard let field = section.field(key) else { continue }
            let least = Self.shortestLockout.policyText
            self.warning(field, "so short a time hardly slows guessing down; write at least `\(least)`")
        }
    }

    static func pointless(beyond key: String, _ value: Duration) -> String {
        let text = value.policyText
        return "longer than `\(key)` (\(text)), so that it never ends anything; write at most `\(text)`, or leave it "
            + "out"
    }
}
