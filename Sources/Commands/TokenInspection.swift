package import AuthorizationServer
internal import Bytes
package import Gateway
package import JOSE
internal import OAuth
package import Policy
internal import Trust

/// A token taken apart, and what the policy thinks of it.
package struct TokenInspection {
    /// As far as the part can be read.
    package let header: JSONValue?
    package let claims: JSONValue?
    package let verdict: Verdict
    /// What an accepted token owes to the issuer's `leeway`; nil if it would pass without.
    package let leewayNote: String?

    package enum Verdict: Equatable {
        case accepted(issuer: String, scopes: [String])
        /// The first failure in the order of the reference; `reason` says what exactly, if there is more to say.
        case refused(RefusalCode, reason: String?)
    }

    /// Judges `token` at `now`, in seconds since 1970, with the keys that the policy itself holds, and those that the
    /// embedded server has published, if it was looked at. Nobody is asked.
    package init(_ token: String, settings: GatewaySettings, server: ServerSight? = nil, at now: Int64) {
        let bytes = Array(token.utf8)
        let parts = CompactJWS(bytes.span)
        let header = parts.flatMap { Self.decode(bytes, $0.header) }
        let claims = parts.flatMap { Self.decode(bytes, $0.payload) }
        self.header = header
        self.claims = claims
        do throws(TokenRejection) {
            let token = try Self.verifier(settings, server).verify(bytes.span, at: now)
            guard !Self.isRevoked(token, settings, server) else {
                self.verdict = .refused(.tokenRevoked, reason: nil)
                self.leewayNote = nil
                return
            }
            self.verdict = .accepted(issuer: token.principal.issuerName, scopes: token.principal.scopeWords)
            let leeway = settings.issuers[token.issuer].leeway
            self.leewayNote = token.expiresAt > now ? nil : "its exp is over; it is within the leeway of \(leeway)s"
        } catch {
            let explanation = RejectionExplanation(
                settings: settings,
                header: header,
                claims: claims,
                tokenBytes: bytes.count,
                now: now
            )
            self.verdict = .refused(RefusalCode(error), reason: explanation.reason(for: error))
            self.leewayNote = nil
        }
    }

    package var isAccepted: Bool {
        if case .accepted = self.verdict { true } else { false }
    }

    // MARK: - Private details

    private static func isRevoked(_ token: VerifiedToken, _ settings: GatewaySettings, _ server: ServerSight?) -> Bool {
        guard let server, settings.issuers[token.issuer].keys == .embedded else { return false }
        return server.revoked.refuses(token)
    }

    private static func verifier(_ settings: GatewaySettings, _ server: ServerSight?) -> TokenVerifier {
        let verifier = TokenVerifier(
            issuers: settings.issuers,
            scopes: ScopeTable(),
            maximumTokenByteCount: settings.server.limits.tokenBytes
        )
        for (index, issuer) in settings.issuers.enumerated() {
            let published = issuer.keys == .embedded ? server?.keys.ring(algorithms: issuer.algorithms) : nil
            verifier.setKeys(published ?? StaticKeys.ring(for: issuer), ofIssuer: index)
        }
        return verifier
    }

    private static func decode(_ token: [UInt8], _ range: Range<Int>) -> JSONValue? {
        Base64URL.decode(token.span.extracting(range)).flatMap { try? JSONValue(parsing: $0.span) }
    }
}
