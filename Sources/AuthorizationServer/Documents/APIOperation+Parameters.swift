internal import JOSE

extension APIOperation.Parameter {
    typealias Parameter = APIOperation.Parameter

    static let clientName = Parameter(name: "client_id", words: "The client's name.")

    /// How a client says who it is, unless the header does (RFC 6749, section 2.3.1; RFC 7521, section 4.2).
    static let client = [
        Self.clientName,
        Parameter(name: "client_secret", words: "Its secret."),
        Parameter(
            name: "client_assertion_type",
            words: "With `client_assertion`.",
            schema: Self.only([ClientCredentials.assertionType])
        ),
        Parameter(name: "client_assertion", words: "A JSON Web Token that the client signed."),
    ]

    /// What is asked for (RFC 6749, section 3.3; RFC 8707, section 2).
    static let access = [
        Parameter(name: "scope", words: "Scopes with a space between them."),
        Parameter(name: "resource", words: "The audience.", schema: ["type": "string", "format": "uri"]),
    ]

    static let tokenInQuestion = [
        Parameter(name: "token", words: "The token.", isRequired: true),
        Parameter(
            name: "token_type_hint",
            words: "Where to look first.",
            schema: Self.only(["access_token", "refresh_token"])
        ),
    ]

    static let userCode = [Parameter(name: "user_code", words: "What the device shows.")]

    /// RFC 9126, section 4.
    static let pushed = [Parameter(name: "request_uri", words: "Of a request that was pushed.")]

    static let signOut = [
        Parameter(name: "id_token_hint", words: "An ID token of who is to be signed out."),
        Parameter(name: "post_logout_redirect_uri", words: "Where to go on, exactly as it is registered."),
        Parameter(name: "state", words: "Comes back unchanged."),
        Parameter(name: "ui_locales", words: "Languages of the page."),
    ]

    static func token(_ policy: ServerPolicy) -> [Parameter] {
        let grants = GrantType.allCases.filter { policy.offers($0) && $0 != .implicit }.map(\.parameter)
        let people = [
            Parameter(name: "username", words: "With `password`."),
            Parameter(name: "password", words: "With `password`."),
        ]
        return [Parameter(name: "grant_type", words: "What is exchanged.", isRequired: true, schema: Self.only(grants))]
            + [
                Parameter(name: "code", words: "With `authorization_code`."),
                Parameter(name: "redirect_uri", words: "As it was in the request for the code."),
                Parameter(name: "code_verifier", words: "RFC 7636, with `authorization_code`."),
                Parameter(name: "refresh_token", words: "With `refresh_token`."),
                Parameter(name: "device_code", words: "RFC 8628, with the grant of devices."),
            ] + (policy.offers(.password) ? people : []) + Self.access + Self.client
    }

    static func authorization(_ policy: ServerPolicy) -> [Parameter] {
        let isImplicit = policy.offers(.implicit)
        return [
            Parameter(
                name: "response_type",
                words: "What comes back.",
                schema: Self.only(isImplicit ? ["code", "token"] : ["code"])
            ),
            Parameter(name: "redirect_uri", words: "Where to go on, exactly as it is registered."),
            Parameter(name: "state", words: "Comes back unchanged."),
            Parameter(name: "code_challenge", words: "RFC 7636; always with `code`."),
            Parameter(name: "code_challenge_method", words: "RFC 7636.", schema: Self.only(["S256"])),
            Parameter(name: "dpop_jkt", words: "The thumbprint of the key that redeems the code (RFC 9449)."),
            Parameter(name: "nonce", words: "Comes back in the ID token."),
            Parameter(name: "prompt", words: "`none`, or some of `login consent select_account`."),
            Parameter(
                name: "max_age",
                words: "Seconds since the last sign-in.",
                schema: ["type": "integer", "minimum": 0]
            ),
            Parameter(name: "login_hint", words: "A user name to begin with."),
            Parameter(
                name: "acr_values",
                words: "A wish, never refused: there is one way of signing in, which `acr` names."
            ),
            Parameter(name: "ui_locales", words: "Languages of the pages."),
        ] + Self.access
    }

    // MARK: - Private details

    private static func only(_ words: [String]) -> JSONValue { ["type": "string", "enum": .texts(words)] }
}
