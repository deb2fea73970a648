/// Why an answer is not what was asked for, by the stable codes of the reference: what its page says, and the access log.
public enum EndpointRefusal: String, Sendable, CaseIterable {
    case signInFailed = "sign_in_failed"
    case signInDenied = "sign_in_denied"
    case stateUnavailable = "state_unavailable"
}
