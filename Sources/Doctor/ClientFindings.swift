internal import Login

/// Whether a provider knows the gateway as its client, by what it says to a request of which it is known what it should say.
struct ClientFindings {
    let settings: ProviderSettings
    let redirectURI: String

    private var subject: Finding.Subject { .provider(self.settings.name) }
    private var path: String { "login.providers.\(self.settings.name)" }

    // MARK: - A code that nobody has issued

    /// RFC 6749, section 5.2: a client that is known hears `invalid_grant`, another one `invalid_client`.
    func redeemed(_ result: Result<Identity, ProviderFailure>) -> [Finding] {
        switch result {
        case .failure(.refused(let error)): [self.redeemed(error: error)]
        case .failure(.unavailable(let words)): [.failure(self.subject, words, remedy: Self.notReached)]
        case .failure(.invalid(let words)): [.failure(self.subject, words, remedy: Self.notUnderstood)]
        case .success:
            [.failure(self.subject, "it gave tokens for a code that nobody has issued", remedy: "do not use it")]
        }
    }

    private func redeemed(error: String) -> Finding {
        switch error {
        case "invalid_grant", "bad_verification_code":
            .ok(self.subject, "it knows the client \(self.settings.clientID) by \(self.proof)")
        case "invalid_client", "incorrect_client_credentials":
            .failure(
                self.subject,
                "it does not know the client \(self.settings.clientID), or not by \(self.proof): \(error)",
                remedy: "compare both with what it has; secrets expire at some providers"
            )
        case "unauthorized_client":
            .failure(self.subject, "the client may not sign people in there: \(error)", remedy: Self.letSignIn)
        case "redirect_uri_mismatch":
            .failure(self.subject, "it does not know the redirect URI: \(error)", remedy: self.register)
        // Some look at other things first. Then nothing is known of the client.
        default:
            .ok(self.subject, "its token endpoint answers (\(error)), which does not tell whether it knows the client")
        }
    }

    // MARK: - A request that nobody follows

    /// RFC 9126, section 2.3: the client and all that its request says are checked at once.
    func pushed(_ result: Result<String, ProviderFailure>) -> [Finding] {
        switch result {
        case .success: [.ok(self.subject, "it took a sign-in of this client, back to \(self.redirectURI)")]
        case .failure(.refused("invalid_client")): [self.redeemed(error: "invalid_client")]
        case .failure(.refused("unauthorized_client")): [self.redeemed(error: "unauthorized_client")]
        case .failure(.refused(let error)):
            [.failure(self.subject, "it refuses a sign-in of this client: \(error)", remedy: self.compare)]
        case .failure(.unavailable(let words)): [.failure(self.subject, words, remedy: Self.notReached)]
        case .failure(.invalid(let words)): [.failure(self.subject, words, remedy: Self.notUnderstood)]
        }
    }

    // MARK: - Words

    private static let notReached = "see whether it is in order, and whether a firewall lets this machine through"
    private static let notUnderstood = "see whether that is the address of a provider"
    private static let letSignIn = "allow it the code flow (authorization_code) there"

    private var register: String { "register exactly \(self.redirectURI) there" }

    private var compare: String {
        "\(self.register), and allow it the scopes \(self.settings.scopes.joined(separator: " "))"
    }

    private var proof: String {
        switch self.settings.authentication {
        case .secret: "its secret"
        case .privateKey: "its key"
        case .embedded: "itself"
        }
    }
}
