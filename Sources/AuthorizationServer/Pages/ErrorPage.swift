internal import Endpoints

/// What went wrong, in a fixed sentence for each code. Nothing of a request is in it.
struct ErrorPage: Sendable {
    /// The codes of RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6 and RFC 8707, and those for which no client is told.
    enum Code: String, CaseIterable, Sendable {
        case unknownClient = "unknown_client"
        case redirectNotRegistered = "redirect_uri_mismatch"
        case invalidRequest = "invalid_request"
        case invalidTarget = "invalid_target"
        case unsupportedResponseType = "unsupported_response_type"
        case unauthorizedClient = "unauthorized_client"
        case invalidScope = "invalid_scope"
        case accessDenied = "access_denied"
        case loginRequired = "login_required"
        case flowExpired = "flow_expired"
        case formExpired = "form_expired"
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case temporarilyUnavailable = "temporarily_unavailable"

        /// The status that the page goes out with.
        var status: UInt16 {
            switch self {
            case .unknownClient, .redirectNotRegistered, .invalidRequest, .invalidTarget, .unsupportedResponseType,
                .unauthorizedClient, .invalidScope, .loginRequired, .flowExpired:
                400
            case .accessDenied, .formExpired: 403
            case .notFound: 404
            case .methodNotAllowed: 405
            case .temporarilyUnavailable: 503
            }
        }
    }

    let context: PageContext
    let code: Code
    let requestID: String
    /// Only a client that is registered: a name out of a request would be somebody else's words on our page.
    var client: ClientCard?
    /// What the client did wrong, in a fixed English sentence for those who make it.
    var fault: StaticString?

    var page: Page {
        let sentence = self.words.sentence(self.code)
        return PageFrame(context: self.context, title: sentence.title).page {
            Element.p { sentence.text }
            if let client = self.client {
                Element.p { self.words.application.filled([.client: self.context.name(of: client)]) }
            }
            if let fault = self.fault {
                Element.p(.class(.quiet), .lang(.english)) { ForeignText("\(fault)", limit: ForeignText.sentenceLimit) }
            }
            self.context.reference(code: self.code.rawValue, requestID: self.requestID)
        }
    }

    private var words: Words.Errors { self.context.words.errors }
}

extension ErrorPage.Code {
    /// What people are told of an error that goes to no client.
    init(_ code: ProtocolError.Code) {
        switch code {
        case .invalidTarget: self = .invalidTarget
        case .unsupportedResponseType: self = .unsupportedResponseType
        case .unauthorizedClient: self = .unauthorizedClient
        case .invalidScope: self = .invalidScope
        case .accessDenied: self = .accessDenied
        case .loginRequired: self = .loginRequired
        case .temporarilyUnavailable: self = .temporarilyUnavailable
        case .invalidRequest, .invalidClient, .invalidGrant, .unsupportedGrantType, .authorizationPending, .slowDown,
            .expiredToken, .invalidProof, .invalidToken, .insufficientScope, .invalidRedirectURI,
            .invalidClientMetadata, .consentRequired, .requestNotSupported, .requestURINotSupported,
            .registrationNotSupported:
            self = .invalidRequest
        }
    }
}
