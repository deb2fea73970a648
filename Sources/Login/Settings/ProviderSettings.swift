public import Bytes
public import Telemetry

/// One entry of `providers`: who signs people in, and who of them is let in.
public struct ProviderSettings: Sendable, Equatable {
    /// How the provider is spoken to.
    public enum Kind: Sendable, Equatable {
        /// OpenID Connect by discovery, at exactly this issuer. `preset` knows the ways of one product.
        case issuer(String, preset: Preset?)
        /// OAuth 2.0 with an API of its own.
        case github
        /// The authorization server in this process.
        case embedded
    }

    public enum Preset: String, Sendable, CaseIterable {
        case google, auth0, keycloak, entra
    }

    /// How the gateway proves that it is the client.
    public enum Authentication: Sendable, Equatable {
        case secret(Redacted<String>)
        /// `private_key_jwt` (OpenID Connect Core 1.0, section 9). PEM text, or a private JWK.
        case privateKey(Redacted<String>)
        /// The embedded server knows its gateway without.
        case embedded
    }

    /// The key in the policy file, which `access.issuers` and `login` of routes name.
    @Exact public var name: String
    public var kind: Kind
    @Exact public var clientID: String
    public var authentication: Authentication
    @Exact public var scopes: [String] = ["openid", "profile", "email"]
    public var allow = AllowSettings()
    /// PEM text of the authorities that the provider's certificate is checked against; nil: the system's.
    @Exact public var certificateAuthorities: String? = nil
    /// Where GitHub, or Microsoft Graph, is; nil: where everybody finds it.
    public var endpoints: Endpoints? = nil

    /// What paths are put behind, without a final slash.
    public struct Endpoints: Sendable, Equatable {
        /// Where people are sent, and tokens come from.
        @Exact public var web: String
        @Exact public var api: String

        public init(web: String, api: String) {
            self.web = web
            self.api = api
        }
    }

    public init(name: String, kind: Kind, clientID: String, authentication: Authentication) {
        self.name = name
        self.kind = kind
        self.clientID = clientID
        self.authentication = authentication
    }
}

/// `allow`: each kind that is given must be satisfied, by any of its entries.
public struct AllowSettings: Sendable, Equatable {
    @Exact public var emails: [String] = []
    /// Behind the last `@`, in lower case.
    @Exact public var domains: [String] = []
    @Exact public var groups: [String] = []

    public init() {}
}
