internal import Endpoints

/// What pages show of a provider.
struct ProviderCard: Sendable {
    /// The key in the policy file.
    let name: String
    let title: ForeignText

    init(_ settings: ProviderSettings) {
        self.name = settings.name
        self.title = ForeignText(Self.brand(settings) ?? settings.name)
    }

    /// The name as its owners write it, where the policy calls the provider after its preset. Any other name is the
    /// operator's own, and people know it.
    private static func brand(_ settings: ProviderSettings) -> String? {
        switch settings.kind {
        case .github: settings.name == "github" ? "GitHub" : nil
        case .issuer(_, let preset): preset?.rawValue == settings.name ? preset?.brand : nil
        case .embedded: nil
        }
    }
}

extension ProviderSettings.Preset {
    fileprivate var brand: String {
        switch self {
        case .google: "Google"
        case .auth0: "Auth0"
        case .keycloak: "Keycloak"
        case .entra: "Microsoft Entra"
        }
    }
}
