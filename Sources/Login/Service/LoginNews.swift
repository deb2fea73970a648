/// What the workers are told by sign-in.
public enum LoginNews: Sendable {
    /// Sessions that ended before their time.
    case cutOffs([CutOff])
    /// Whether this gateway knows what others have ended. While it does not, sessions are not judged.
    case isFresh(Bool)
}
