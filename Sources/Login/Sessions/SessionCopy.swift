/// What a request brought of a session whose access token is about to run out, or has.
public enum SessionCopy: Sendable {
    /// All of it, from the browser's cookies.
    case whole(Session)
    /// The handle of one in the shared state, and what the worker remembers of it.
    case held(SessionHandle, version: UInt32, times: Session.Times)

    var name: SessionName {
        switch self {
        case .whole(let session): session.name
        case .held(let handle, _, _): handle.name
        }
    }

    /// Of two forms of a session the higher is the later.
    var version: UInt32 {
        switch self {
        case .whole(let session): session.version
        case .held(_, let version, _): version
        }
    }

    var times: Session.Times {
        switch self {
        case .whole(let session): session.times
        case .held(_, _, let times): times
        }
    }

    var handle: SessionHandle? {
        guard case .held(let handle, _, _) = self else { return nil }
        return handle
    }
}
