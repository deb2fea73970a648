internal import Endpoints
internal import Stores

/// A request to the endpoint `token` whose client has proven who it is: what each grant begins with.
struct TokenRequest {
    let context: EndpointContext
    let parameters: Parameters
    let client: Client
    /// The RFC 7638 thumbprint of the key that was proven with the request (RFC 9449, section 5); nil without a proof.
    let keyThumbprint: String?

    /// The value of a parameter that must be there. Throws `invalid_request` with `sentence`.
    func required(_ name: String, _ sentence: StaticString) throws(EndpointFailure) -> String {
        guard let value = self.parameters[name] else { throw .refused(.invalidRequest, sentence) }
        return value
    }

    /// Throws `unauthorized_client` unless the client may use `grant` (RFC 6749, section 5.2).
    func require(_ grant: GrantType) throws(EndpointFailure) {
        guard self.client.grants.contains(grant) else {
            throw .refused(.unauthorizedClient, "The client may not use this grant.")
        }
    }

    /// What the request asks for of a grant. `scope` may leave out some that were granted (RFC 6749, section 6), and
    /// `resource` name one of those that were granted (RFC 8707, section 2.2).
    ///
    /// Throws `invalid_scope` or `invalid_target` for more.
    func access(of grant: Grant, mayNarrow: Bool) throws(ProtocolError) -> GrantedAccess {
        try GrantedAccess(
            self.parameters,
            of: grant,
            to: self.client,
            mayNarrow: mayNarrow,
            policy: self.context.policy
        )
    }

    /// Whose grant is behind what the client presents. Must be asked before that is used up: a store that fails later
    /// would leave the client with nothing, and trying again would count as reuse.
    func holder(of credential: GrantCredential) throws(EndpointFailure) -> GrantHolder {
        let grant = try self.context.stored { store throws(StoreError) in
            try store.grant(behind: credential, client: self.client.name)
        }
        return GrantHolder(name: grant?.user, user: try grant?.user.flatMap(self.context.user))
    }

    /// When a grant that is established now is over for good.
    var grantExpires: Timestamp {
        self.context.now + self.context.policy.lifetimes.grant(to: self.client)
    }

    /// What `issue` refuses leaves nothing of the grant behind: what stood for it is used up. It cannot ask the store: one
    /// that fails is no fault of the client, who hears that nothing has happened.
    func revoking<Result>(
        _ grant: Grant,
        unless issue: () throws(ProtocolError) -> Result
    ) throws(EndpointFailure) -> Result {
        do throws(ProtocolError) {
            return try issue()
        } catch {
            let now = self.context.now
            _ = try self.context.stored { store throws(StoreError) in try store.revokeGrant(grant.id, at: now) }
            throw .refused(error)
        }
    }
}

/// The person behind a code, a refresh token or a device code.
struct GrantHolder {
    /// For audit lines; nil if nothing is behind it.
    let name: String?
    let user: User?

    /// Throws `invalid_grant` for one whom neither the policy nor the store knows any longer.
    func known() throws(ProtocolError) -> User {
        guard let user else { throw ProtocolError(.invalidGrant, "The user is not known any longer.") }
        return user
    }
}

extension TokenLifetimes {
    /// From its first token to the end of the last access token that can come of it.
    func grant(to client: Client) -> Duration {
        let chain = client.grants.contains(.refreshToken) ? self.refresh : .zero
        return chain + self.access + Self.margin
    }
}
