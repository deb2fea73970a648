internal import Bytes
internal import Cryptography
internal import Stores

/// RFC 6749, section 6, with rotation (RFC 9700, section 4.14.2): a refresh token is exchanged for its one successor.
struct RefreshTokenGrant {
    let request: TokenRequest

    func exchange() throws(EndpointFailure) -> TokenResponse {
        try self.request.require(.refreshToken)
        let text = try self.request.required("refresh_token", "The parameter refresh_token is missing.")
        let presented = RandomSecret(text: text).digest
        let holder = try self.request.holder(of: .refreshToken(presented))
        try self.look(at: presented, of: holder)
        let (successor, grant) = try self.rotate(presented, of: holder)
        return try self.request.context.refusing { () throws(ProtocolError) in
            try TokenIssue(
                request: self.request,
                grant: grant,
                user: holder.known(),
                access: self.request.access(of: grant, mayNarrow: true),
                type: .refreshToken
            ).response(refreshToken: successor)
        }
    }

    // MARK: - Private details

    /// A request that asks for too much is refused before the token is used: the client may ask again.
    private func look(at presented: SecretDigest, of holder: GrantHolder) throws(EndpointFailure) {
        let context = self.request.context
        let found = try context.stored { store throws(StoreError) in
            try store.refreshToken(presented, at: context.now)
        }
        guard let grant = found?.grant, grant.client.hasSameBytes(as: self.request.client.name) else { return }
        try context.refusing { () throws(ProtocolError) in
            _ = try holder.known()
            _ = try self.request.access(of: grant, mayNarrow: true)
        }
    }

    private func rotate(
        _ presented: SecretDigest,
        of holder: GrantHolder
    ) throws(EndpointFailure) -> (RandomSecret, Grant) {
        let context = self.request.context
        let lifetimes = context.policy.lifetimes
        let rotation = RefreshRotation(
            presented: presented,
            client: self.request.client.name,
            keyThumbprint: self.request.refreshTokenKey,
            idleExpires: context.now + lifetimes.refreshIdle,
            grace: lifetimes.refreshGrace
        )
        let outcome = try context.stored { store throws(StoreError) in
            try store.rotateRefreshToken(rotation, at: context.now)
        }
        switch outcome {
        case .rotated(let successor, let grant), .repeated(let successor, let grant): return (successor, grant)
        case .reused(let grant):
            // The store has ended the chain: whoever presented it, one of two holders is a thief.
            context.note(
                .refreshTokenReuse,
                subject: holder.name,
                clientID: self.request.client.name,
                .grant(grant.text)
            )
        case .unknown: break
        }
        throw .refused(.invalidGrant, "The refresh token is not valid.")
    }
}
