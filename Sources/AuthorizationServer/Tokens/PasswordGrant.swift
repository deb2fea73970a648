internal import Stores

/// RFC 6749, section 4.3, for the clients that `legacy` allows it (RFC 9700, section 2.4: it must not be used): a client
/// brings a person's password.
///
/// What is wrong with a name or a password is not told, and tried they are as on the sign-in page.
struct PasswordGrant {
    let request: TokenRequest

    func exchange() throws(EndpointFailure) -> Step {
        try self.request.require(.password)
        let name = try self.request.required("username", "The parameter username is missing.")
        let password = try self.request.required("password", "The parameter password is missing.")
        let access = try self.requestedAccess()
        let (parameters, client, key) = (self.request.parameters, self.request.client, self.request.keyThumbprint)
        return try PasswordCheck.begin(
            name: name,
            password: password,
            clientID: client.name,
            in: self.request.context,
            ifBusy: { ProtocolError.busy(retryAfter: Self.secondsUntilPoolHasRoom).answer }
        ) { context, outcome throws(EndpointFailure) in
            let request = TokenRequest(context: context, parameters: parameters, client: client, keyThumbprint: key)
            return .answer(try PasswordGrant(request: request).finish(outcome, access).answer)
        }
    }

    // MARK: - Private details

    /// A full pool has some three seconds of work (`HashingPool.maximumWaiting`).
    private static let secondsUntilPoolHasRoom: Int64 = 3

    private func requestedAccess() throws(EndpointFailure) -> RequestedAccess {
        let (parameters, client, policy) = (self.request.parameters, self.request.client, self.request.context.policy)
        return try self.request.context.refusing { () throws(ProtocolError) in
            let access = try RequestedAccess(parameters, of: client, policy: policy)
            // More than one resource is refused before anybody's password is tried.
            _ = try access.audience(policy)
            return access
        }
    }

    private func finish(
        _ outcome: PasswordCheck.Outcome,
        _ access: RequestedAccess
    ) throws(EndpointFailure) -> TokenResponse {
        switch outcome {
        case .right(let user): return try self.issue(to: user, access)
        case .wrong: throw .refused(.invalidGrant, "The user name or the password is wrong.")
        case .lockedOut(let seconds): throw .refused(.lockedOut(for: seconds))
        }
    }

    private func issue(to user: User, _ access: RequestedAccess) throws(EndpointFailure) -> TokenResponse {
        let context = self.request.context
        context.note(.signIn, subject: user.name, clientID: self.request.client.name)
        context.recordSignIn(of: user, succeeded: true)
        let grant = Grant(
            user: user.name,
            client: self.request.client.name,
            scopes: access.scopes,
            resources: access.resources,
            authenticated: context.now,
            created: context.now,
            expires: self.request.grantExpires
        )
        let issue = TokenIssue(
            request: self.request,
            grant: grant,
            user: user,
            access: try context.refusing { () throws(ProtocolError) in
                try self.request.access(of: grant, mayNarrow: false)
            },
            type: .password
        )
        let refreshToken = self.request.newRefreshToken()
        try context.stored { store throws(StoreError) in
            try store.addGrant(grant, issuing: refreshToken.map(self.request.record), at: context.now)
        }
        return issue.response(refreshToken: refreshToken)
    }
}
