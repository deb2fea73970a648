internal import Cryptography
internal import Endpoints
internal import Stores

/// `revoke` (RFC 7009): a client gives back a token, and with it all that came of the same grant (section 2.1).
enum RevocationEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let parameters = try context.form()
        let client = try context.authenticateClient(parameters)
        return try context.sharing(with: client) { () throws(EndpointFailure) in
            guard let token = parameters["token"] else {
                throw .refused(.invalidRequest, "The parameter token is missing.")
            }
            try self.revoke(token, of: client, context)
            // Section 2.2: the same for a token that nobody knows.
            return .answer(EndpointAnswer(status: 200).adding("Cache-Control", "no-store"))
        }
    }

    // MARK: - Private details

    // Section 2.1: the hint only says where to look first. A dot tells the two apart: refresh tokens have none.
    private static func revoke(
        _ token: String,
        of client: Client,
        _ context: EndpointContext
    ) throws(EndpointFailure) {
        guard token.utf8.contains(UInt8(ascii: ".")) else {
            return try self.revokeRefreshToken(token, of: client, context)
        }
        guard let accessToken = context.reader.read(token, keys: context.keys, at: context.now),
            accessToken.client.hasSameBytes(as: client.name)
        else { return }
        try self.revoke(accessToken, context)
    }

    private static func revokeRefreshToken(
        _ token: String,
        of client: Client,
        _ context: EndpointContext
    ) throws(EndpointFailure) {
        let digest = SecretDigest(of: token)
        let (id, user) = try context.stored { store throws(StoreError) in
            let id = try store.revokeGrant(ofRefreshToken: digest, client: client.name, at: context.now)
            return (id, try id.flatMap { id throws(StoreError) in try store.grant(id, at: context.now)?.user })
        }
        if let id { context.note(.tokenRevoked, subject: user, clientID: client.name, .grant(id.text)) }
    }

    private static func revoke(_ token: AccessToken, _ context: EndpointContext) throws(EndpointFailure) {
        let isNews = try context.stored { store throws(StoreError) in
            if try store.grant(token.grant, at: context.now) != nil {
                return try store.revokeGrant(token.grant, at: context.now)
            }
            // Of client credentials nothing was kept so far.
            guard token.user == nil else { return false }
            try store.addGrant(self.grant(behind: token, context), issuing: nil, at: context.now)
            return true
        }
        guard isNews else { return }
        context.note(.tokenRevoked, subject: token.subject, clientID: token.client, .grant(token.grant.text))
    }

    private static func grant(behind token: AccessToken, _ context: EndpointContext) -> Grant {
        Grant(
            id: token.grant,
            user: nil,
            client: token.client,
            scopes: token.scopes,
            created: context.now,
            expires: token.expires + TokenLifetimes.margin,
            revoked: context.now
        )
    }
}
