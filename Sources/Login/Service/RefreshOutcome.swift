/// What became of a session whose access token was to be refreshed.
public enum RefreshOutcome: Sendable {
    /// The browser gets this one.
    case refreshed(Session)
    /// It goes on as it is: the provider is away, or somebody else is asking it.
    case kept
    /// The provider does not know it any more, or was away for too long.
    case ended
    /// The shared state cannot say who may ask the provider.
    case unavailable
}
