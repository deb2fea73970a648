/// Why the shared state has not done what it was asked for. It never means that there is no value.
public enum StateFailure: Error, Equatable, Sendable {
    /// It cannot be reached, cannot serve now, or has not answered in time. Whether a change was made is unknown.
    case unavailable
    /// There is no room. Nothing was changed, and nothing that is kept was dropped for it.
    case full
    /// More bytes than `StateValue` or `SharedCutOff` allows. Nothing was changed.
    case tooLarge
}

extension StateFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unavailable: "the shared state is unavailable"
        case .full: "the shared state is full"
        case .tooLarge: "this is too large for the shared state"
        }
    }
}
