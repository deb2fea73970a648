import Bytes
import HTTP
import Policy

/// *authorise*: the route's access rule makes a permit, or a refusal.
extension Exchange {
    func authorise() throws(Refusal) -> Permit {
        let verdict = self.path.withSpan { path in
            self.rules.access.evaluate(
                token: self.learned.remembered?.token,
                parameters: self.learned.match!.parameters,
                path: path
            )
        }
        switch consume verdict {
        case .permitted(let permit):
            try self.checkBody()
            return permit
        case .refused(let reason):
            var refusal = Refusal(reason.code)
            refusal.challengeScopes = reason.scope
            throw refusal
        }
    }

    private func checkBody() throws(Refusal) {
        self.learned.maximumBody = self.plan.maximumBody
        if case .length(let length) = self.head.framing, length > self.learned.maximumBody {
            throw Refusal(.bodyTooLarge)
        }
    }
}
