internal import Bytes
internal import Cryptography
internal import Endpoints
internal import JOSE
internal import Stores

/// `par` (RFC 9126): a client hands in its authorization request beforehand, and sends the browser with a reference to it.
enum PushedRequestEndpoint {
    /// Section 2.2 has 5 to 600 seconds in mind: a browser that is slow, and nobody who collects references.
    static let lifetime: Duration = .seconds(90)

    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let parameters = try context.form()
        let client = try context.authenticateClient(parameters)
        let key = try context.provenKey()
        let request = try context.refusing { () throws(ProtocolError) in
            try self.request(parameters, of: client, keyThumbprint: key, context.policy)
        }
        let secret = RandomSecret()
        try self.keep(request, under: secret, client, context)
        let json: JSONValue = [
            "request_uri": .string(PushedRequest.prefix + secret.text),
            "expires_in": .integer(self.lifetime.components.seconds),
        ]
        return .answer(EndpointAnswer(status: 201, json: json))
    }

    // MARK: - Private details

    /// What belongs to the authorization request. Secrets and assertions of the client do not, and are not kept.
    ///
    /// Section 2.1: it is judged as `authorize` will judge it, so that the client hears of what is wrong and no person does.
    private static func request(
        _ parameters: Parameters,
        of client: Client,
        keyThumbprint: String?,
        _ policy: ServerPolicy
    ) throws(ProtocolError) -> [(name: String, value: String)] {
        guard parameters["request_uri"] == nil else {
            throw ProtocolError(.invalidRequest, "A pushed request cannot refer to another one.")
        }
        var request = parameters.only(AuthorizationRequest.parameters)
        if let keyThumbprint { try self.bind(&request, toKey: keyThumbprint) }
        // Section 2.3.
        guard FormEncoding.encode(request).utf8.count <= AuthorizationRequest.maximumByteCount else {
            throw ProtocolError(.invalidRequest, "The request is too long.", status: 413)
        }
        _ = try AuthorizationRequest(Parameters(request), of: client, policy)
        return request
    }

    /// RFC 9449, section 10.1: a proof binds the code to its key as `dpop_jkt` does, and if both are there they mean one key.
    private static func bind(
        _ request: inout [(name: String, value: String)],
        toKey thumbprint: String
    ) throws(ProtocolError) {
        guard let named = Parameters(request)[AuthorizationRequest.keyParameter] else {
            request.append((AuthorizationRequest.keyParameter, thumbprint))
            return
        }
        guard named.hasSameBytes(as: thumbprint) else {
            throw ProtocolError(.invalidProof, "The DPoP proof is not of the key that dpop_jkt names.")
        }
    }

    private static func keep(
        _ request: [(name: String, value: String)],
        under secret: RandomSecret,
        _ client: Client,
        _ context: EndpointContext
    ) throws(EndpointFailure) {
        let pushed = PushedRequest(
            digest: secret.digest,
            client: client.name,
            parameters: self.json(request),
            expires: context.now + self.lifetime,
            source: context.source(of: client)
        )
        let admission = try context.stored { store throws(StoreError) in
            try store.addPushedRequest(pushed, at: context.now)
        }
        switch admission {
        case .kept: return
        case .nameTaken: preconditionFailure("256 random bits came twice")
        case .full(let end): throw .refused(.full(until: end, at: context.now))
        }
    }

    /// Names and texts; `resource`, which may be there more than once, is an array (RFC 8707, section 2).
    private static func json(_ request: [(name: String, value: String)]) -> JSONValue {
        let single = request.filter { !$0.name.hasSameBytes(as: Parameters.resource) }
        let resources = Parameters(request).resources
        let members = single.map { JSONMember(name: $0.name, value: .string($0.value)) }
        guard !resources.isEmpty else { return .object(members) }
        return .object(members + [JSONMember(name: Parameters.resource, value: .texts(resources))])
    }
}
