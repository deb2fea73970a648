/// What does not fit together in a client, wherever it comes from.
public enum ClientFault: Equatable, Sendable, CaseIterable {
    case withoutPurpose
    case withoutRedirectURI
    case publicWithClientCredentials
    case publicIntrospection
    case refreshTokenAlone
}

extension ClientFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .withoutPurpose: "the client can do nothing: it needs a grant, or an audience to introspect"
        case .withoutRedirectURI: "`authorization_code` and `implicit` need a redirect URI"
        // RFC 6749, section 4.4: "MUST only be used by confidential clients".
        case .publicWithClientCredentials: "`client_credentials` is for clients with a secret or keys"
        // RFC 7662, section 2.1: the endpoint must require some form of authorization.
        case .publicIntrospection: "introspection is for clients with a secret or keys"
        case .refreshTokenAlone: "`refresh_token` needs a grant beside it that gives the first refresh token"
        }
    }
}

extension Client {
    /// Nothing, if the client makes sense.
    public var faults: [ClientFault] {
        ClientFault.allCases.filter { fault in
            switch fault {
            case .withoutPurpose: self.grants.isEmpty && self.introspects.isEmpty
            case .withoutRedirectURI:
                self.redirectURIs.isEmpty && !self.grants.isDisjoint(with: [.authorizationCode, .implicit])
            case .publicWithClientCredentials: !self.isConfidential && self.grants.contains(.clientCredentials)
            case .publicIntrospection: !self.isConfidential && !self.introspects.isEmpty
            case .refreshTokenAlone:
                self.grants.contains(.refreshToken)
                    && self.grants.isDisjoint(with: [.authorizationCode, .deviceCode, .password])
            }
        }
    }
}
