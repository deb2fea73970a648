internal import Endpoints
internal import JOSE

/// An error in the form of the RFCs: `{"error": …, "error_description": …}`.
struct ProtocolError: Error, Sendable, Equatable {
    /// RFC 6749, sections 4.1.2.1 and 5.2, and those who extend it.
    enum Code: String, Sendable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case invalidScope = "invalid_scope"
        case accessDenied = "access_denied"
        case temporarilyUnavailable = "temporarily_unavailable"
        /// RFC 8707, section 2.
        case invalidTarget = "invalid_target"
        /// RFC 8628, section 3.5.
        case authorizationPending = "authorization_pending"
        case slowDown = "slow_down"
        case expiredToken = "expired_token"
        /// RFC 9449, section 12.2.
        case invalidProof = "invalid_dpop_proof"
        /// RFC 6750, section 3.1.
        case invalidToken = "invalid_token"
        case insufficientScope = "insufficient_scope"
        /// RFC 7591, section 3.2.2.
        case invalidRedirectURI = "invalid_redirect_uri"
        case invalidClientMetadata = "invalid_client_metadata"
        /// OpenID Connect Core, section 3.1.2.6.
        case loginRequired = "login_required"
        case consentRequired = "consent_required"
        case requestNotSupported = "request_not_supported"
        case requestURINotSupported = "request_uri_not_supported"
        case registrationNotSupported = "registration_not_supported"
    }

    let code: Code
    /// For the developer: a fixed sentence of our own, which holds nothing of the request.
    let sentence: StaticString
    var status: UInt16
    /// In whole seconds.
    var retryAfter: Int64?
    /// `WWW-Authenticate`.
    var challenge: String?

    init(_ code: Code, _ sentence: StaticString, status: UInt16? = nil) {
        self.code = code
        self.sentence = sentence
        self.status = status ?? Self.status(of: code)
    }

    init(_ fault: ParametersFault) {
        switch fault {
        case .noForm: self.init(.invalidRequest, "The body must be application/x-www-form-urlencoded.")
        case .malformed: self.init(.invalidRequest, "The parameters are not well-formed.")
        case .repeated: self.init(.invalidRequest, "A parameter is there more than once.")
        case .tooMany: self.init(.invalidRequest, "There are too many parameters.")
        }
    }

    private static func status(of code: Code) -> UInt16 {
        switch code {
        case .invalidClient, .invalidToken: 401
        case .insufficientScope: 403
        case .temporarilyUnavailable: 503
        default: 400
        }
    }

    static func == (one: ProtocolError, other: ProtocolError) -> Bool {
        one.code == other.code && one.status == other.status && one.retryAfter == other.retryAfter
            && one.challenge == other.challenge
    }

    var answer: EndpointAnswer {
        let json: JSONValue = ["error": .string(self.code.rawValue), "error_description": .string("\(self.sentence)")]
        var answer = EndpointAnswer(status: self.status, json: json)
        answer.add("Pragma", "no-cache")
        if let retryAfter { answer.add("Retry-After", "\(retryAfter)") }
        if let challenge { answer.add("WWW-Authenticate", challenge) }
        return answer
    }

    /// Too many wrong secrets: the same for names that nobody has.
    static func lockedOut(for seconds: Int64) -> ProtocolError {
        var error = ProtocolError(.temporarilyUnavailable, "Too many failures; try again later.", status: 429)
        error.retryAfter = seconds
        return error
    }

    /// What we cannot do now and may do soon.
    static func busy(retryAfter seconds: Int64 = 1) -> ProtocolError {
        var error = ProtocolError(.temporarilyUnavailable, "The server cannot do this now; try again later.")
        error.retryAfter = seconds
        return error
    }
}
