import AuthorizationServer

// How long things last: `tokens`, `session` and `lockout` of the authorization server.

extension PolicyReader {
    private static let tokenBounds = Duration.seconds(1)...TokenLifetimes.longestAccess
    private static let yearBounds = Duration.seconds(1)...(.seconds(365 * 86_400))
    /// Who presents a refresh token twice does so because an answer was lost: a minute is long for that.
    private static let graceBounds = Duration.zero...(.seconds(60))
    /// RFC 6749, section 4.1.2: "A maximum authorization code lifetime of 10 minutes is RECOMMENDED."
    private static let codeBounds = Duration.seconds(1)...(.seconds(600))
    private static let deviceBounds = Duration.seconds(1)...(.seconds(3600))
    static let sessionBounds = Duration.seconds(1)...(.seconds(90 * 86_400))
    private static let lockoutBounds = Duration.seconds(1)...(.seconds(86_400))
    private static let failureBounds = 1...1000

    func tokenLifetimes(_ field: PolicyField) -> TokenLifetimes? {
        guard let section = self.section(field) else { return nil }
        var lifetimes = TokenLifetimes()
        section.read("access", into: &lifetimes.access) { self.wholeSeconds($0, in: Self.tokenBounds) }
        section.read("id", into: &lifetimes.identity) { self.wholeSeconds($0, in: Self.tokenBounds) }
        section.read("refresh", into: &lifetimes.refresh) { self.wholeSeconds($0, in: Self.yearBounds) }
        section.read("refresh_idle", into: &lifetimes.refreshIdle) { self.wholeSeconds($0, in: Self.yearBounds) }
        section.read("refresh_grace", into: &lifetimes.refreshGrace) { self.duration($0, in: Self.graceBounds) }
        section.read("code", into: &lifetimes.code) { self.duration($0, in: Self.codeBounds) }
        section.read("device", into: &lifetimes.device) { self.wholeSeconds($0, in: Self.deviceBounds) }
        section.finish()
        self.warnOfContradictions(lifetimes, section)
        return lifetimes
    }

    func sessionLifetimes(_ field: PolicyField) -> SessionSettings? {
        guard let section = self.section(field) else { return nil }
        var session = SessionSettings()
        section.read("lifetime", into: &session.lifetime) { self.wholeSeconds($0, in: Self.sessionBounds) }
        section.read("idle", into: &session.idle) { self.wholeSeconds($0, in: Self.sessionBounds) }
        section.finish()
        self.warnOfContradictions(session, section)
        return session
    }

    func lockout(_ field: PolicyField) -> LockoutSettings? {
        guard let section = self.section(field) else { return nil }
        var lockout = LockoutSettings()
        section.read("failures", into: &lockout.failures) { self.integer($0, in: Self.failureBounds) }
        section.read("window", into: &lockout.window) { self.wholeSeconds($0, in: Self.lockoutBounds) }
        section.read("block", into: &lockout.block) { self.wholeSeconds($0, in: Self.lockoutBounds) }
        section.finish()
        self.warnOfWeakness(lockout, section)
        return lockout
    }

    // MARK: - Bounds

    func duration(_ field: PolicyField, in bounds: ClosedRange<Duration>) -> Duration? {
        guard let duration = self.parsed(field, Duration.policyForm, Self.duration) else { return nil }
        guard bounds.contains(duration) else {
            self.error(field, "must be from \(bounds.lowerBound.policyText) to \(bounds.upperBound.policyText)")
            return nil
        }
        return duration
    }

    /// For what claims and answers count in seconds.
    func wholeSeconds(_ field: PolicyField, in bounds: ClosedRange<Duration>) -> Duration? {
        guard let duration = self.duration(field, in: bounds) else { return nil }
        guard duration.components.attoseconds == 0 else {
            self.error(field, "must be whole seconds")
            return nil
        }
        return duration
    }
}
