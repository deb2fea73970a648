/// Why a request was answered by the gateway instead of an upstream: the stable codes of the reference.
public enum RefusalCode: UInt8, CaseIterable, Sendable {
    case requestMalformed, pathNotAllowed, multipleCredentials, signInFailed
    case tokenMissing, tokenMalformed, tokenTooLarge, algorithmNotAllowed, issuerUnknown, keyUnknown
    case signatureInvalid, tokenExpired, tokenNotYetValid, audienceMismatch, typeNotAllowed, claimMissing
    case tokenRevoked, proofInvalid, loginRequired
    case scopeInsufficient, claimMismatch, networkDenied, issuerNotAllowed, originNotAllowed, signInDenied
    case routeNotFound, methodNotAllowed
    case requestTimeout, bodyTooLarge, targetTooLong, expectationFailed, headersTooLarge
    case notImplemented, versionNotSupported
    case upstreamFailed, upstreamUnavailable, keysUnavailable, overloaded, draining, stateUnavailable, upstreamTimeout
}

extension RefusalCode {
    /// What `code` says on the wire.
    public var name: StaticString { self.row.name }
    public var status: Int { self.row.status }
    /// One fixed sentence: `detail`, and `error_description` of a challenge.
    public var detail: StaticString { self.row.detail }

    private var row: (name: StaticString, status: Int, detail: StaticString) {
        switch self {
        case .requestMalformed: ("request_malformed", 400, "The request is not valid HTTP.")
        case .pathNotAllowed: ("path_not_allowed", 400, "The path has a form that is not allowed.")
        case .multipleCredentials: ("multiple_credentials", 400, "More than one credential was sent.")
        case .signInFailed: ("sign_in_failed", 400, "The sign-in came to nothing; try again.")
        case .tokenMissing: ("token_missing", 401, "A bearer token is required.")
        case .tokenMalformed: ("token_malformed", 401, "The token is not a well-formed signed JWT.")
        case .tokenTooLarge: ("token_too_large", 401, "The token is larger than token_bytes allows.")
        case .algorithmNotAllowed: ("algorithm_not_allowed", 401, "The issuer does not sign with this algorithm.")
        case .issuerUnknown: ("issuer_unknown", 401, "Tokens of this issuer are not accepted.")
        case .keyUnknown: ("key_unknown", 401, "The issuer has no key for this token.")
        case .signatureInvalid: ("signature_invalid", 401, "The signature of the token does not hold.")
        case .tokenExpired: ("token_expired", 401, "The token has expired.")
        case .tokenNotYetValid: ("token_not_yet_valid", 401, "The token is not valid yet.")
        case .audienceMismatch: ("audience_mismatch", 401, "The token is meant for another audience.")
        case .typeNotAllowed: ("type_not_allowed", 401, "This kind of token is not accepted here.")
        case .claimMissing: ("claim_missing", 401, "The token lacks a required claim.")
        case .tokenRevoked: ("token_revoked", 401, "The token was revoked.")
        case .proofInvalid: ("proof_invalid", 401, "The token is bound to a key whose proof is missing or wrong.")
        case .loginRequired: ("login_required", 401, "Sign in first: no session of a browser came with the request.")
        case .scopeInsufficient: ("scope_insufficient", 403, "The token lacks a scope that this route requires.")
        case .claimMismatch: ("claim_mismatch", 403, "A claim of the token does not allow this request.")
        case .networkDenied: ("network_denied", 403, "Clients of this network are not allowed here.")
        case .issuerNotAllowed: ("issuer_not_allowed", 403, "Tokens of this issuer are not allowed here.")
        case .originNotAllowed: ("origin_not_allowed", 403, "Pages of this origin are not allowed here.")
        case .signInDenied: ("sign_in_denied", 403, "Who has signed in is not let in here.")
        case .routeNotFound: ("route_not_found", 404, "No route matches this request.")
        case .methodNotAllowed: ("method_not_allowed", 405, "This path does not take this method.")
        case .requestTimeout: ("request_timeout", 408, "The request did not arrive in time.")
        case .bodyTooLarge: ("body_too_large", 413, "The body is larger than max_body allows.")
        case .targetTooLong: ("target_too_long", 414, "The request target is longer than target_bytes allows.")
        case .expectationFailed: ("expectation_failed", 417, "Only the expectation 100-continue is known.")
        case .headersTooLarge:
            ("headers_too_large", 431, "The header is larger than header_bytes or header_count allows.")
        case .notImplemented: ("not_implemented", 501, "This method or transfer coding is not implemented.")
        case .versionNotSupported: ("version_not_supported", 505, "This version of HTTP is not supported.")
        case .upstreamFailed: ("upstream_failed", 502, "The service behind the gateway failed.")
        case .upstreamUnavailable: ("upstream_unavailable", 503, "The service behind the gateway is not available.")
        case .keysUnavailable: ("keys_unavailable", 503, "The keys of the issuer could not be obtained.")
        case .overloaded: ("overloaded", 503, "The gateway has no room for this request.")
        case .draining: ("draining", 503, "The gateway is shutting down.")
        case .stateUnavailable:
            ("state_unavailable", 503, "What is known of sessions cannot be reached; nothing was changed.")
        case .upstreamTimeout: ("upstream_timeout", 504, "The service behind the gateway did not answer in time.")
        }
    }
}
