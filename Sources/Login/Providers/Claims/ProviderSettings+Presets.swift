extension ProviderSettings.Preset {
    /// What the product needs in an authorization request.
    var parameters: [(name: String, value: String)] {
        switch self {
        // Google gives refresh tokens for this, and not for a scope.
        case .google: [("access_type", "offline")]
        case .auth0, .keycloak, .entra: []
        }
    }
}
