internal import Bytes
internal import Endpoints

/// `token` (RFC 6749, section 3.2): a client exchanges what it has for tokens.
enum TokenEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let parameters = try context.form()
        let client = try context.authenticateClient(parameters)
        return try context.sharing(with: client) { () throws(EndpointFailure) in
            try self.exchange(
                TokenRequest(
                    context: context,
                    parameters: parameters,
                    client: client,
                    keyThumbprint: context.provenKey()
                )
            )
        }
    }

    private static func exchange(_ request: TokenRequest) throws(EndpointFailure) -> Step {
        let name = try request.required("grant_type", "The parameter grant_type is missing.")
        switch GrantType(parameter: name) {
        case .authorizationCode: return .answer(try AuthorizationCodeGrant(request: request).exchange().answer)
        case .refreshToken: return .answer(try RefreshTokenGrant(request: request).exchange().answer)
        case .deviceCode: return .answer(try DeviceCodeGrant(request: request).exchange().answer)
        case .password: return try PasswordGrant(request: request).exchange()
        case .clientCredentials: return .answer(try self.clientCredentials(request).answer)
        case .implicit, nil: throw .refused(.unsupportedGrantType, "This grant is not known.")
        }
    }

    private static func clientCredentials(_ request: TokenRequest) throws(EndpointFailure) -> TokenResponse {
        try request.context.refusing { () throws(ProtocolError) in
            try request.context.clientCredentialsGrant.issue(
                to: request.client,
                request.parameters,
                keyThumbprint: request.keyThumbprint
            )
        }
    }
}

extension EndpointContext {
    var clientCredentialsGrant: ClientCredentialsGrant {
        ClientCredentialsGrant(
            policy: self.policy,
            keys: self.keys,
            tokens: self.tokens,
            audit: self.audit,
            request: self.request,
            now: self.now
        )
    }

    /// The form in the body. Throws `invalid_request` for another type.
    func form() throws(EndpointFailure) -> Parameters {
        do throws(ParametersFault) {
            return try self.request.form()
        } catch {
            throw .refused(ProtocolError(error))
        }
    }

    /// What `body` throws is told in the form of the RFCs.
    func refusing<Result>(_ body: () throws(ProtocolError) -> Result) throws(EndpointFailure) -> Result {
        do throws(ProtocolError) {
            return try body()
        } catch {
            throw .refused(error)
        }
    }
}

extension EndpointCall {
    /// Whether it is the password grant.
    var asksByPassword: Bool {
        self.endpoint == .token && (try? self.request.form())?["grant_type"] == GrantType.password.rawValue
    }
}
