/// Why a command has no reply.
enum RedisFailure: Error, Equatable, Sendable {
    /// As much is under way as is allowed: nothing was sent.
    case overloaded
    /// The time was up. Whether Redis carried it out is unknown.
    case late
    /// There is no connection, it was lost, or the server says that it cannot serve now. In the second case it is unknown
    /// whether Redis carried the command out; it is never sent again by itself.
    case unavailable
}

extension RedisFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .overloaded: "too much waits for the shared state"
        case .late: "the shared state did not answer in time"
        case .unavailable: "the shared state cannot be reached"
        }
    }
}
