extension ProviderSettings.Preset {
    /// What the product needs in an authorization request.
    var parameters: [(name: String, value: String)] {
        switch self {
        // Google gives refresh tokens for this, and not for a scope.
        case .google: [("access_type", "offline")]
        case .auth0, .keycloak, .entra: []
        }
    }

    /// Whether user info can have what an ID token lacks. That of Entra has less than the token, and wants an access token
    /// for Microsoft Graph, which the one at hand may not be.
    var hasUserInfo: Bool {
        switch self {
        case .entra: false
        case .google, .auth0, .keycloak: true
        }
    }
}
