internal import JOSE

extension APIOperation {
    /// What browsers show.
    static func forPeople(_ policy: ServerPolicy) -> [APIOperation] {
        let parameters = [Parameter.clientName] + Parameter.authorization(policy) + Parameter.pushed
        return self.page(.authorize, "Ask a person for access (RFC 6749, RFC 7636)", parameters)
            + self.page(.login, "Sign in", [])
            + self.page(.consent, "Allow or deny what a client asks for", [])
            + self.page(.device, "Enter the code that a device shows (RFC 8628)", Parameter.userCode)
            + self.page(
                .endSession,
                "Sign out (OpenID Connect RP-Initiated Logout)",
                [Parameter.clientName] + Parameter.signOut
            )
            + self.page(.account, "One's password, consents and sign-ins", [])
    }

    private static func page(_ endpoint: Endpoint, _ summary: String, _ parameters: [Parameter]) -> [APIOperation] {
        [Method.get, .post].map { method in
            APIOperation(
                endpoint: endpoint,
                method: method,
                tag: .people,
                summary: summary,
                parameters: parameters,
                answer: .page
            )
        }
    }
}
