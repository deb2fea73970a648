internal import Cryptography
internal import Endpoints
internal import JOSE

/// What clients can find out about the server (OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2), written from
/// the running policy. Nothing stands in it that does not answer, and no legacy grant that no client may use.
struct ServerMetadata {
    let policy: ServerPolicy
    let keys: SigningKeys

    var json: JSONValue {
        .object(self.endpoints + self.features + self.authentication + self.tokens + self.people)
    }

    // MARK: - Parts

    private var endpoints: [JSONMember] {
        var members = [JSONMember(name: "issuer", value: .string(self.policy.issuer.text))]
        for (name, endpoint) in Self.endpointMembers {
            members.append(JSONMember(name: name, value: .string(self.policy.address(of: endpoint))))
        }
        if self.policy.settings.allowsRegistration {
            let address = self.policy.address(of: .register)
            members.append(JSONMember(name: "registration_endpoint", value: .string(address)))
        }
        return members
    }

    private static let endpointMembers: [(String, Endpoint)] = [
        ("authorization_endpoint", .authorize),
        ("token_endpoint", .token),
        ("jwks_uri", .jwks),
        ("userinfo_endpoint", .userinfo),
        ("revocation_endpoint", .revoke),
        ("introspection_endpoint", .introspect),
        // RFC 9126, section 5.
        ("pushed_authorization_request_endpoint", .par),
        // RFC 8628, section 4.
        ("device_authorization_endpoint", .deviceAuthorization),
        // OpenID Connect RP-Initiated Logout 1.0, section 2.1.
        ("end_session_endpoint", .endSession),
    ]

    private var features: [JSONMember] {
        let isImplicit = self.policy.offers(.implicit)
        return [
            JSONMember(name: "scopes_supported", value: .texts(self.policy.scopeNames)),
            JSONMember(name: "response_types_supported", value: .texts(isImplicit ? ["code", "token"] : ["code"])),
            JSONMember(
                name: "response_modes_supported",
                value: .texts(isImplicit ? ["query", "fragment"] : ["query"])
            ),
            JSONMember(
                name: "grant_types_supported",
                value: .texts(GrantType.allCases.filter(self.policy.offers).map(\.parameter))
            ),
            // RFC 9700, section 2.1.1: `plain` gives the verifier away.
            JSONMember(name: "code_challenge_methods_supported", value: ["S256"]),
            // RFC 9207, section 3.
            JSONMember(name: "authorization_response_iss_parameter_supported", value: true),
            // Their defaults in Discovery are false, true and false; what is pushed has an address of its own (RFC 9126).
            JSONMember(name: "request_parameter_supported", value: false),
            JSONMember(name: "request_uri_parameter_supported", value: false),
            JSONMember(name: "claims_parameter_supported", value: false),
        ]
    }

    private var authentication: [JSONMember] {
        let places = ["token", "revocation", "introspection"]
        return places.flatMap { place in
            // RFC 7662, section 2.1: who introspects proves who it is.
            let methods = place == "introspection" ? Self.confidentialMethods : Self.confidentialMethods + ["none"]
            return [
                JSONMember(name: "\(place)_endpoint_auth_methods_supported", value: .texts(methods)),
                JSONMember(name: "\(place)_endpoint_auth_signing_alg_values_supported", value: Self.clientAlgorithms),
            ]
        }
    }

    private static let confidentialMethods = ["client_secret_basic", "client_secret_post", "private_key_jwt"]

    /// Of what clients sign: their assertions (RFC 7523) and proofs (RFC 9449).
    private static let clientAlgorithms = JSONValue.texts(
        SignatureAlgorithm.allCases.filter { !$0.isSymmetric }.map(\.rawValue)
    )

    private var tokens: [JSONMember] {
        [
            JSONMember(name: "subject_types_supported", value: ["public"]),
            JSONMember(
                name: "id_token_signing_alg_values_supported",
                value: .texts(self.keys.algorithms.map(\.rawValue))
            ),
            // RFC 9449, section 5.1.
            JSONMember(name: "dpop_signing_alg_values_supported", value: Self.clientAlgorithms),
            JSONMember(name: "claims_supported", value: .texts(Self.claims)),
        ]
    }

    private static let claims = [
        "iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "nonce", "at_hash", "sid", "name", "email",
        "email_verified", "groups",
    ]

    private var people: [JSONMember] {
        [
            // Initiating User Registration via OpenID Connect 1.0, section 4.2.
            JSONMember(name: "prompt_values_supported", value: ["none", "login", "consent", "select_account"]),
            JSONMember(name: "ui_locales_supported", value: .texts(Language.allCases.map(\.rawValue))),
        ]
    }
}

extension ServerPolicy {
    /// All that can be asked for.
    var scopeNames: [String] { ScopeName.builtIn + self.scopes.map(\.name) }
}

extension JSONValue {
    static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
