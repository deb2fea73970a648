public import AuthorizationServer

extension LoginSettings {
    /// What the gateway is for the embedded server, if browsers sign in there: a client of its own making, which asks for
    /// what the provider's `scopes` say. Nil if they do not.
    public var gatewayClient: Client? {
        guard let provider = self.providers.first(where: { $0.kind == .embedded }) else { return nil }
        var client = Client(name: provider.clientID, authentication: .gateway)
        // What people know of the gateway is its address.
        client.displayName = self.baseURL.authority
        client.redirectURIs = [self.baseURL.redirectURI]
        client.postLogoutRedirectURIs = [self.baseURL.signedOutURI]
        client.grants = [.authorizationCode, .refreshToken]
        client.scopes = provider.scopes
        return client
    }
}
