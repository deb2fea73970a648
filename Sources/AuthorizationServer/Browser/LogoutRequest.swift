internal import Bytes
internal import Cryptography
internal import Endpoints

/// What a client wants when it sends somebody to be signed out (OpenID Connect RP-Initiated Logout, section 2).
struct LogoutRequest {
    /// All parameters together, form-encoded: an ID token is most of it.
    static let maximumByteCount = 8192
    static let parameters = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"]

    /// Whom the client means, if it can prove it.
    let subject: String?
    let client: Client?
    /// Where the browser goes afterwards: registered by the client, with its `state`.
    let location: String?

    /// Throws a page for an unknown client and for an address that it did not register: nobody is sent there.
    init(_ parameters: Parameters, _ context: EndpointContext) throws(EndpointFailure) {
        // A hint of a key that is long gone is as good as none: the person is asked.
        let hint = parameters["id_token_hint"].flatMap {
            IdentityTokenHint($0, keys: context.keys, issuer: context.policy.issuer.text)
        }
        let name = parameters["client_id"] ?? hint?.client
        if let hint, let name, !hint.client.hasSameBytes(as: name) {
            throw .clientFault(.invalidRequest, of: nil, "The id_token_hint was made for another client_id.")
        }
        self.subject = hint?.subject
        self.client = try Self.client(name, context)
        self.location = try Self.location(parameters, self.client)
    }

    private static func client(_ name: String?, _ context: EndpointContext) throws(EndpointFailure) -> Client? {
        guard let name else { return nil }
        guard let client = try context.client(named: name) else { throw .unknownClient }
        return client
    }

    private static func location(_ parameters: Parameters, _ client: Client?) throws(EndpointFailure) -> String? {
        guard let uri = parameters["post_logout_redirect_uri"] else { return nil }
        guard let client else {
            throw .clientFault(.invalidRequest, of: nil, "A post_logout_redirect_uri needs client_id or id_token_hint.")
        }
        guard client.postLogoutRedirectURIs.contains(where: { $0.hasSameBytes(as: uri) }), WebOrigin(of: uri) != nil
        else {
            throw .clientFault(
                .redirectNotRegistered,
                of: client,
                "The post_logout_redirect_uri is not registered for this client; it is compared byte by byte."
            )
        }
        guard let state = parameters["state"] else { return uri }
        return FormEncoding.append([("state", state)], toQueryOf: uri)
    }
}
