import Bytes
import HTTP
import Policy

/// *authorise*: the route's access rule makes a permit, or a refusal.
extension Exchange {
    func authorise() throws(Refusal) -> Permit {
        let verdict = self.path.withSpan { path in
            self.rules.access.evaluate(
                self.learned.remembered?.principal,
                parameters: self.learned.match!.parameters,
                path: path
            )
        }
        switch consume verdict {
        case .permitted(let permit):
            try self.limitBody(to: self.plan.maximumBody)
            return permit
        case .refused(let reason):
            // Where sessions are taken, whoever brings nothing is asked to sign in.
            let needsLogin = reason.code == .tokenMissing && self.rules.login != .none
            var refusal = Refusal(needsLogin ? .loginRequired : reason.code)
            refusal.challengeScopes = reason.scope
            throw refusal
        }
    }

    /// A length that is told is judged at once: whoever waits for `100 Continue` need not send it (RFC 9110, 10.1.1).
    func limitBody(to count: UInt64) throws(Refusal) {
        self.learned.maximumBody = count
        if case .length(let length) = self.head.framing, length > count {
            throw Refusal(.bodyTooLarge)
        }
    }
}
