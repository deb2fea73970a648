internal import Bytes
internal import Cryptography
internal import Endpoints
internal import JOSE
internal import Stores

/// `register` (RFC 7591): a client registers itself with an initial access token that an operator made.
enum RegistrationEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        guard context.policy.settings.allowsRegistration else { throw .refused(.registrationOff) }
        let text = try context.refusing { () throws(ProtocolError) in try context.request.accessToken() }
        let digest = SecretDigest(of: text)
        let token = try context.stored { store throws(StoreError) in
            try store.initialAccessToken(digest, at: context.now)
        }
        guard let token else { throw .refused(.tokenInvalid()) }
        let client = try context.refusing { () throws(ProtocolError) in
            try RegisteredClient(ClientMetadata(context.request.json()), token, at: context.now)
        }
        try self.register(client, token, context)
        return .answer(EndpointAnswer(status: 201, json: client.json))
    }

    // MARK: - Private details

    private static func register(
        _ client: RegisteredClient,
        _ token: InitialAccessToken,
        _ context: EndpointContext
    ) throws(EndpointFailure) {
        let outcome = try context.stored { store throws(StoreError) in
            try store.registerClient(client.record, with: token.digest, at: context.now)
        }
        switch outcome {
        case .registered: context.note(.clientRegistered, clientID: client.record.name, .scope(client.record.scopes))
        case .tokenUnknown: throw .refused(.tokenInvalid())
        case .nameTaken: throw .refused(.busy())
        }
    }
}

extension EndpointRequest {
    /// The body as JSON. Throws `invalid_client_metadata` for another type, and for what is none.
    fileprivate func json() throws(ProtocolError) -> JSONValue {
        let type = (self.contentType ?? "").utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
        guard Array(type).span.equalsIgnoringCase("application/json"),
            let json = try? JSONValue(parsing: self.body.span)
        else { throw ProtocolError(.invalidClientMetadata, "The body must be JSON.") }
        return json
    }
}

extension ProtocolError {
    /// As if there were nothing.
    fileprivate static let registrationOff = ProtocolError(
        .registrationNotSupported,
        "Clients cannot register themselves here.",
        status: 404
    )
}
