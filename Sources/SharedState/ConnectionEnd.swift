import Transport

/// Why a connection to Redis ended, or could not be made. For the log: nothing in it is a server's own text.
enum ConnectionEnd: Error, Equatable {
    case nameUnknown
    /// No sentinel has said which server it is.
    case masterUnknown
    case socket(SocketError)
    case tls(TLSFailure)
    /// It did not stand in time.
    case timeout
    /// Commands waited, and nothing came.
    case silent
    /// By the server.
    case ended
    /// The greeting was refused, with this code: `WRONGPASS`, `NOAUTH`, `ERR`.
    case refused(code: String)
    case notMaster
    /// What came was no reply, or nobody had asked for it.
    case malformed
    case tooLarge
    /// By ourselves.
    case closed
}

extension ConnectionEnd: CustomStringConvertible {
    var description: String {
        switch self {
        case .nameUnknown: "the name does not resolve"
        case .masterUnknown: "no sentinel has named the master"
        case .socket(let error): "\(error)"
        case .tls(let failure): "TLS: \(failure)"
        case .timeout: "no connection in time"
        case .silent: "no answer for \(RedisConnectionState.maximumSilence / 1000) s"
        case .ended: "the server closed the connection"
        case .refused(let code): "the server refused the greeting: \(code)"
        case .notMaster: "the server is not the master"
        case .malformed: "what the server sent is no answer"
        case .tooLarge: "an answer has more than \(ReplyBuilder.maximumBytes / 1024 / 1024) MiB"
        case .closed: "closed"
        }
    }
}
