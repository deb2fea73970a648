public import Endpoints

/// What a worker asks of sign-in.
public enum LoginQuestion: Sendable {
    case endpoint(LoginEndpoint, EndpointRequest)
    /// A request came with a session whose access token is about to run out, or has.
    case refresh(SessionCopy, isDue: Bool)
}

extension LoginQuestion {
    /// The answer where nobody signs in any more: a reload took `login` away.
    public var refusal: LoginReply {
        switch self {
        case .endpoint: .endpoint(EndpointAnswer(status: 404))
        case .refresh: .refresh(.unavailable)
        }
    }
}

/// The answer, of the same kind.
public enum LoginReply: Sendable {
    case endpoint(EndpointAnswer)
    case refresh(RefreshOutcome)
}
