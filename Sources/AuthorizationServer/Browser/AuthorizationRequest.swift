internal import Bytes
internal import Endpoints
internal import Stores

/// An authorization request that can be granted, if somebody wants to (RFC 6749, section 4.1.1; OpenID Connect Core, section
/// 3.1.2.1).
struct AuthorizationRequest: Sendable {
    /// All parameters together, form-encoded. Sealed and in base64 they still fit into a request line.
    static let maximumByteCount = 4096
    /// The parameters that are looked at. Others are ignored (RFC 6749, section 3.1).
    static let parameters = [
        "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "resource", "code_challenge",
        "code_challenge_method", "nonce", "prompt", "max_age", "login_hint", "id_token_hint", "ui_locales", "request",
        "request_uri",
        "registration", Self.keyParameter,
    ]

    /// RFC 9449, section 10.
    static let keyParameter = "dpop_jkt"

    let client: Client
    let address: ResponseAddress
    /// As it stood in the request; the token request must repeat it then (RFC 6749, section 4.1.3).
    let redirectURI: String?
    let responseType: ResponseType
    let access: RequestedAccess
    let nonce: String?
    /// Of the key that the code is to be bound to.
    let keyThumbprint: String?
    let prompts: Set<Prompt>
    let maximumAge: Duration?

    /// Throws what the client is told.
    init(_ parameters: Parameters, of client: Client, _ policy: ServerPolicy) throws(ProtocolError) {
        guard let address = ResponseAddress(parameters, of: client, policy) else {
            throw ProtocolError(.invalidRequest, "The redirect_uri is not one that the client registered.")
        }
        try Self.refuseRequestObjects(parameters)
        self.client = client
        self.address = address
        self.redirectURI = parameters["redirect_uri"]
        self.responseType = try ResponseType(parameters, of: client, policy)
        self.access = try RequestedAccess(parameters, of: client, policy: policy)
        self.nonce = parameters["nonce"]
        self.keyThumbprint = try Self.keyThumbprint(parameters[Self.keyParameter])
        self.prompts = try Prompt.all(parameters["prompt"])
        self.maximumAge = try Self.maximumAge(parameters["max_age"])
        // A token is given at once, without a further request that could choose.
        if case .token = self.responseType { _ = try self.access.audience(policy) }
    }

    /// Whether a session was begun late enough for this request, which came at `begun`.
    func isContent(with session: BrowserSession, begun: Timestamp, at now: Timestamp) -> Bool {
        if session.authenticated >= begun { return true }
        guard self.prompts.isDisjoint(with: [.login, .selectAccount]) else { return false }
        return self.maximumAge.map { session.authenticated + $0 >= now } ?? true
    }

    // MARK: - Private details

    /// RFC 9101, section 6; OpenID Connect Core, section 7.2.1. Pushed requests were taken out of `request_uri` before.
    private static func refuseRequestObjects(_ parameters: Parameters) throws(ProtocolError) {
        guard parameters["request"] == nil else {
            throw ProtocolError(.requestNotSupported, "Request objects are not supported.")
        }
        guard parameters["request_uri"] == nil else {
            throw ProtocolError(.requestURINotSupported, "Only the request_uri of a pushed request is known.")
        }
        guard parameters["registration"] == nil else {
            throw ProtocolError(.registrationNotSupported, "Clients do not register themselves here.")
        }
    }

    /// RFC 7638, section 3: what is no SHA-256 can be no key's.
    private static func keyThumbprint(_ text: String?) throws(ProtocolError) -> String? {
        guard let text else { return nil }
        guard Base64URL.decode(text)?.count == Self.thumbprintByteCount else {
            throw ProtocolError(.invalidRequest, "The dpop_jkt is no SHA-256 in base64url.")
        }
        return text
    }

    /// SHA-256.
    private static let thumbprintByteCount = 32

    /// Whole seconds; so many digits that a sum with a time of day cannot overflow.
    private static func maximumAge(_ text: String?) throws(ProtocolError) -> Duration? {
        guard let text else { return nil }
        guard text.utf8.count <= 9, text.utf8.allSatisfy(\.isDigit), let seconds = Int64(text) else {
            throw ProtocolError(.invalidRequest, "The max_age is not a number of seconds.")
        }
        return .seconds(seconds)
    }
}

/// What the client gets (RFC 6749, section 3.1.1). There are no others, and no combinations (RFC 9700, section 2.1.2).
enum ResponseType: Sendable {
    /// With the S256 challenge that every client has to send (RFC 9700, section 2.1.1).
    case code(challenge: String)
    /// The implicit grant, for a client that the policy allows it.
    case token

    static let tokenWord = "token"

    init(_ parameters: Parameters, of client: Client, _ policy: ServerPolicy) throws(ProtocolError) {
        switch parameters["response_type"] {
        case nil:
            throw ProtocolError(.invalidRequest, "The response_type is missing.")
        case "code":
            guard client.grants.contains(.authorizationCode) else {
                throw ProtocolError(.unauthorizedClient, "The client may not ask for codes.")
            }
            try Self.checkMode(parameters, "query")
            self = .code(challenge: try Self.challenge(parameters))
        case Self.tokenWord where policy.offers(.implicit) || client.grants.contains(.implicit):
            guard client.grants.contains(.implicit) else {
                throw ProtocolError(.unauthorizedClient, "The client may not ask for tokens.")
            }
            try Self.checkMode(parameters, "fragment")
            self = .token
        default:
            throw ProtocolError(.unsupportedResponseType, "The response_type is not known.")
        }
    }

    /// OAuth 2.0 Multiple Response Type Encoding Practices, section 2.1: each has the mode that it comes with, and no other.
    private static func checkMode(_ parameters: Parameters, _ mode: String) throws(ProtocolError) {
        guard parameters["response_mode"].map({ $0.hasSameBytes(as: mode) }) ?? true else {
            throw ProtocolError(.invalidRequest, "The response_mode does not go with the response_type.")
        }
    }

    /// RFC 7636, section 4.3. Without a method it would be `plain`, which protects from nobody who sees the request.
    private static func challenge(_ parameters: Parameters) throws(ProtocolError) -> String {
        guard let challenge = parameters["code_challenge"] else {
            throw ProtocolError(.invalidRequest, "A code_challenge is required (PKCE, S256).")
        }
        guard parameters["code_challenge_method"] == "S256" else {
            throw ProtocolError(.invalidRequest, "The code_challenge_method must be S256.")
        }
        guard Base64URL.decode(challenge)?.count == Self.challengeByteCount else {
            throw ProtocolError(.invalidRequest, "The code_challenge is no SHA-256 in base64url.")
        }
        return challenge
    }

    /// SHA-256.
    private static let challengeByteCount = 32
}

/// What the client wants the person to be asked (OpenID Connect Core, section 3.1.2.1).
enum Prompt: String, Sendable, CaseIterable {
    case none
    case login
    case consent
    /// There is one account a browser: another one is chosen by signing in.
    case selectAccount = "select_account"

    static func all(_ text: String?) throws(ProtocolError) -> Set<Prompt> {
        guard let text else { return [] }
        let words = text.split(separator: " ").map(String.init)
        let prompts = words.compactMap(Prompt.init(rawValue:))
        guard prompts.count == words.count, !prompts.contains(.none) || prompts.count == 1 else {
            throw ProtocolError(.invalidRequest, "The prompt is not known, or contradicts itself.")
        }
        return Set(prompts)
    }
}
