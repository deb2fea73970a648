internal import Bytes
internal import Cryptography
internal import JOSE
internal import Stores

/// A client on its way into the store, with its secret, which is shown once.
struct RegisteredClient {
    let record: ClientRecord
    let metadata: ClientMetadata
    let secret: RandomSecret?

    /// Throws `invalid_client_metadata` or `invalid_redirect_uri` for a client that makes no sense, and for more scopes than
    /// the initial access token has.
    init(_ metadata: ClientMetadata, _ token: InitialAccessToken, at now: Timestamp) throws(ProtocolError) {
        // The name is the server's choice and has no `:`, so that nobody becomes another client or a user by it (RFC 9700,
        // section 4.15).
        var record = ClientRecord(
            name: Hex.encode(Randomness.bytes(count: Self.nameByteCount)),
            origin: .registration,
            created: now
        )
        self.secret = metadata.method.needsSecret ? RandomSecret() : nil
        record.displayName = metadata.name
        record.secret = self.secret?.digest
        record.keySet = metadata.keySet
        record.redirectURIs = metadata.redirectURIs
        record.postLogoutRedirectURIs = metadata.postLogoutRedirectURIs
        record.grants = metadata.grants.map(\.rawValue)
        record.scopes = try Self.scopes(metadata.scopes, within: token)
        record.requiresPushedRequests = metadata.requiresPushedRequests
        try Self.check(Client(record))
        self.record = record
        self.metadata = metadata
    }

    /// RFC 7591, section 3.2.1: all that was registered, and the secret.
    var json: JSONValue {
        let record = self.record
        var members = [
            JSONMember(name: "client_id", value: .string(record.name)),
            JSONMember(name: "client_id_issued_at", value: .integer(record.created.seconds)),
            JSONMember(name: "redirect_uris", value: .texts(record.redirectURIs)),
            JSONMember(name: "grant_types", value: .texts(self.metadata.grants.map(\.parameter))),
            JSONMember(name: "response_types", value: .texts(self.metadata.responseTypes)),
            JSONMember(name: "token_endpoint_auth_method", value: .string(self.metadata.method.rawValue)),
        ]
        members.append(scopes: record.scopes)
        if let name = record.displayName { members.append(JSONMember(name: "client_name", value: .string(name))) }
        if let keySet = record.keySet { members.append(JSONMember(name: "jwks", value: keySet)) }
        if !record.postLogoutRedirectURIs.isEmpty {
            let uris = JSONValue.texts(record.postLogoutRedirectURIs)
            members.append(JSONMember(name: "post_logout_redirect_uris", value: uris))
        }
        if record.requiresPushedRequests {
            members.append(JSONMember(name: "require_pushed_authorization_requests", value: true))
        }
        if let secret {
            members.append(JSONMember(name: "client_secret", value: .string(secret.text)))
            // It does not end.
            members.append(JSONMember(name: "client_secret_expires_at", value: 0))
        }
        return .object(members)
    }

    // MARK: - Private details

    /// 128 random bits, which nobody hits.
    private static let nameByteCount = 16

    private static func scopes(
        _ asked: [String]?,
        within token: InitialAccessToken
    ) throws(ProtocolError) -> [String] {
        guard let asked else { return token.scopes }
        guard asked.allSatisfy({ word in token.scopes.contains { $0.hasSameBytes(as: word) } }) else {
            throw ProtocolError(.invalidClientMetadata, "The initial access token does not allow one of the scopes.")
        }
        return token.scopes.filter { word in asked.contains { $0.hasSameBytes(as: word) } }
    }

    private static func check(_ client: Client) throws(ProtocolError) {
        guard let fault = client.faults.first else { return }
        switch fault {
        case .withoutRedirectURI:
            throw ProtocolError(.invalidRedirectURI, "The grant authorization_code needs a redirect URI.")
        case .publicWithClientCredentials:
            throw ProtocolError(
                .invalidClientMetadata,
                "The grant client_credentials needs a client with a secret or keys."
            )
        case .withoutPurpose, .publicIntrospection, .refreshTokenAlone:
            throw ProtocolError(.invalidClientMetadata, "The grant_types give the client nothing to begin with.")
        }
    }
}
