internal import JOSE

/// What a client says of itself when it registers (RFC 7591, section 2), as far as it is understood. The rest is ignored, as
/// the section asks; `client_id` is among it.
struct ClientMetadata {
    /// More than any client has, and fewer than fill a row.
    static let maximumRedirectURIs = 16
    /// In bytes. People see the beginning alone.
    static let maximumNameByteCount = 256

    enum AuthenticationMethod: String {
        case none
        case secretBasic = "client_secret_basic"
        case secretPost = "client_secret_post"
        case privateKeyJWT = "private_key_jwt"

        var needsSecret: Bool { self == .secretBasic || self == .secretPost }
    }

    let name: String?
    let redirectURIs: [String]
    let postLogoutRedirectURIs: [String]
    let grants: [GrantType]
    let responseTypes: [String]
    let method: AuthenticationMethod
    /// Public keys of a client that signs.
    let keySet: JSONValue?
    /// Nil: as many as the token allows.
    let scopes: [String]?
    let requiresPushedRequests: Bool

    /// Throws `invalid_redirect_uri` or `invalid_client_metadata` (section 3.2.2).
    init(_ json: JSONValue) throws(ProtocolError) {
        guard json.members != nil else {
            throw ProtocolError(.invalidClientMetadata, "The body must be a JSON object.")
        }
        self.name = try Self.name(json["client_name"])
        self.redirectURIs = try Self.redirectURIs(json["redirect_uris"])
        self.postLogoutRedirectURIs = try Self.redirectURIs(json["post_logout_redirect_uris"])
        self.grants = try Self.grants(json["grant_types"])
        let isForCodes = self.grants.contains(.authorizationCode)
        self.responseTypes = try Self.responseTypes(json["response_types"], isForCodes: isForCodes)
        self.method = try Self.method(json["token_endpoint_auth_method"])
        self.keySet = try Self.keySet(json, self.method)
        self.scopes = try Self.scopes(json["scope"])
        self.requiresPushedRequests = try Self.truth(json["require_pushed_authorization_requests"])
    }

    // MARK: - Private details

    private static func name(_ value: JSONValue?) throws(ProtocolError) -> String? {
        guard let value else { return nil }
        guard let name = value.string, name.utf8.count <= self.maximumNameByteCount else {
            throw ProtocolError(.invalidClientMetadata, "The client_name is no text, or too long.")
        }
        return name.isEmpty ? nil : name
    }

    private static func redirectURIs(_ value: JSONValue?) throws(ProtocolError) -> [String] {
        let texts = try self.texts(value, "Redirect URIs must be an array of texts.", or: .invalidRedirectURI) ?? []
        guard texts.count <= self.maximumRedirectURIs, texts.allSatisfy({ (try? RedirectURI($0)) != nil }) else {
            throw ProtocolError(
                .invalidRedirectURI,
                "Redirect URIs are https, http on this machine, or a scheme of one's own with a dot; without fragment."
            )
        }
        return texts
    }

    private static let grantTypes: [GrantType] = [.authorizationCode, .refreshToken, .deviceCode, .clientCredentials]

    private static func grants(_ value: JSONValue?) throws(ProtocolError) -> [GrantType] {
        guard let names = try self.texts(value, "The grant_types must be an array of texts.") else {
            return [.authorizationCode]
        }
        let grants = names.compactMap(GrantType.init(parameter:))
        guard grants.count == names.count, grants.allSatisfy(self.grantTypes.contains) else {
            throw ProtocolError(.invalidClientMetadata, "One of the grant_types cannot be registered.")
        }
        return self.grantTypes.filter(grants.contains)
    }

    private static func responseTypes(_ value: JSONValue?, isForCodes: Bool) throws(ProtocolError) -> [String] {
        let expected = isForCodes ? ["code"] : []
        guard let names = try self.texts(value, "The response_types must be an array of texts.") else {
            return expected
        }
        // Section 2.1: what is answered has to go with what is exchanged.
        guard names == expected else {
            throw ProtocolError(.invalidClientMetadata, "The response_types do not go with the grant_types.")
        }
        return expected
    }

    private static func method(_ value: JSONValue?) throws(ProtocolError) -> AuthenticationMethod {
        guard let value else { return .secretBasic }
        guard let method = value.string.flatMap(AuthenticationMethod.init(rawValue:)) else {
            throw ProtocolError(.invalidClientMetadata, "The token_endpoint_auth_method is not known.")
        }
        return method
    }

    /// What cannot be used is left out, and private members with it. `jwks_uri` is never fetched: a client could make the
    /// server ask any address.
    private static func keySet(
        _ json: JSONValue,
        _ method: AuthenticationMethod
    ) throws(ProtocolError) -> JSONValue? {
        guard method == .privateKeyJWT else { return nil }
        guard let keys = json["jwks"].flatMap({ try? JSONWebKeySet($0) }), !keys.keys.isEmpty else {
            throw ProtocolError(.invalidClientMetadata, "A client that signs needs jwks with a key that can be used.")
        }
        return keys.json
    }

    private static func scopes(_ value: JSONValue?) throws(ProtocolError) -> [String]? {
        guard let value else { return nil }
        guard let text = value.string else {
            throw ProtocolError(.invalidClientMetadata, "The scope must be a text.")
        }
        return text.split(separator: " ").map(String.init)
    }

    private static func truth(_ value: JSONValue?) throws(ProtocolError) -> Bool {
        switch value {
        case nil: return false
        case .bool(let truth): return truth
        default: throw ProtocolError(.invalidClientMetadata, "A member that is true or false is neither.")
        }
    }

    /// Nil if there is no such member.
    private static func texts(
        _ value: JSONValue?,
        _ sentence: StaticString,
        or code: ProtocolError.Code = .invalidClientMetadata
    ) throws(ProtocolError) -> [String]? {
        guard let value else { return nil }
        let texts = value.array?.compactMap(\.string)
        guard let texts, texts.count == value.array?.count else { throw ProtocolError(code, sentence) }
        return texts
    }
}
