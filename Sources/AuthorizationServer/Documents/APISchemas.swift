internal import JOSE

/// `components.schemas`: the shapes of what is sent and answered.
enum APISchemas {
    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    static let json: JSONValue = [
        "Error": Self.object(["error": Self.text, "error_description": Self.text], required: ["error"]),
        "Token": Self.token,
        "PushedRequest": Self.object(["request_uri": Self.text, "expires_in": Self.number]),
        "DeviceAuthorization": Self.device,
        "Introspection": Self.introspection,
        "UserInfo": Self.userInfo,
        "ClientMetadata": Self.object(Self.clientMembers, required: []),
        "Client": Self.client,
        "KeySet": Self.object(["keys": ["type": "array", "items": ["type": "object"]]]),
        "Metadata": Self.object(["issuer": Self.text, "jwks_uri": Self.text]),
        "Document": Self.object(["openapi": Self.text]),
        "Page": Self.text,
    ]

    // MARK: - Private details

    private static let text: JSONValue = ["type": "string"]
    private static let number: JSONValue = ["type": "integer"]
    private static let truth: JSONValue = ["type": "boolean"]
    private static let texts: JSONValue = ["type": "array", "items": Self.text]

    /// With further members that the schema does not name. All are required unless it says which.
    private static func object(_ properties: JSONValue, required: [String]? = nil) -> JSONValue {
        let names = required ?? (properties.members ?? []).map(\.name)
        return ["type": "object", "properties": properties, "required": .texts(names)]
    }

    /// RFC 6749, section 5.1.
    private static let token = Self.object(
        [
            "access_token": Self.text, "token_type": Self.text, "expires_in": Self.number, "scope": Self.text,
            "refresh_token": Self.text, "id_token": Self.text,
        ],
        required: ["access_token", "token_type", "expires_in"]
    )

    /// RFC 8628, section 3.2.
    private static let device = Self.object([
        "device_code": Self.text, "user_code": Self.text, "verification_uri": Self.text,
        "verification_uri_complete": Self.text, "expires_in": Self.number, "interval": Self.number,
    ])

    /// RFC 7662, section 2.2.
    private static let introspection = Self.object(
        [
            "active": Self.truth, "scope": Self.text, "client_id": Self.text, "username": Self.text,
            "token_type": Self.text, "sub": Self.text, "aud": Self.text, "iss": Self.text, "exp": Self.number,
            "iat": Self.number, "jti": Self.text, "cnf": ["type": "object"],
        ],
        required: ["active"]
    )

    /// OpenID Connect Core, section 5.1.
    private static let userInfo = Self.object(
        [
            "sub": Self.text, "name": Self.text, "email": Self.text, "email_verified": Self.truth,
            "groups": Self.texts,
        ],
        required: ["sub"]
    )

    /// RFC 7591, section 2.
    private static let clientMembers: JSONValue = [
        "client_name": Self.text, "redirect_uris": Self.texts, "post_logout_redirect_uris": Self.texts,
        "grant_types": Self.texts, "response_types": Self.texts, "scope": Self.text,
        "token_endpoint_auth_method": Self.text, "jwks": ["type": "object"],
        "require_pushed_authorization_requests": Self.truth,
    ]

    /// RFC 7591, section 3.2.1.
    private static let client = Self.object(
        .object(
            (Self.clientMembers.members ?? []) + [
                JSONMember(name: "client_id", value: Self.text),
                JSONMember(name: "client_secret", value: Self.text),
                JSONMember(name: "client_id_issued_at", value: Self.number),
                JSONMember(name: "client_secret_expires_at", value: Self.number),
            ]
        ),
        required: ["client_id", "client_id_issued_at"]
    )
}
