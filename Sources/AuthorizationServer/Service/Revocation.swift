internal import Stores

/// The end of a grant, as gateways tell each other of it.
public struct Revocation: Sendable, Equatable {
    public let grant: GrantName
    /// How long a token of the grant could still be taken: at most `RevocationReader.window`.
    public let lifetime: Duration

    /// Nil when all of its tokens have run out, and for a grant whose name is not ours.
    init?(_ revoked: RevokedGrant, issuer: IssuerMark, at now: Timestamp) {
        guard let grant = GrantName(revoked.id, issuer: issuer) else { return nil }
        let end = revoked.revoked + RevocationReader.window
        guard now < end else { return nil }
        self.grant = grant
        // The clock may have been set back since.
        self.lifetime = min(.milliseconds(end.milliseconds - now.milliseconds), RevocationReader.window)
    }
}
