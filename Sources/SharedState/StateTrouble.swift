public import Transport

/// Why the shared state is of no use as it is. The words are for the operator: no text of a server is in them.
public struct StateTrouble: Error, Equatable, Sendable {
    public enum Cause: Equatable, Sendable {
        case name
        case connection
        /// With what is wrong with the certificate, if that is it.
        case tls(CertificateFault?)
        case credentials
        /// No server that may be written to could be found.
        case master
        /// It refused what the gateway does, with this code.
        case refused
        /// What came is not what was written, or no answer of Redis.
        case answer
        /// It did not answer in time.
        case silence
    }

    public let cause: Cause
    public let words: String

    public init(_ cause: Cause, _ words: String) {
        self.cause = cause
        self.words = words
    }
}

extension StateTrouble {
    init(_ end: ConnectionEnd) { self.init(end.cause, end.description) }

    /// `code` of an error reply.
    init(refused code: String) {
        let isAboutRights = ["WRONGPASS", "NOAUTH", "NOPERM"].contains(code)
        self.init(isAboutRights ? .credentials : .refused, "the server refuses a write: \(code)")
    }
}

extension ConnectionEnd {
    fileprivate var cause: StateTrouble.Cause {
        switch self {
        case .nameUnknown: .name
        case .masterUnknown, .notMaster: .master
        case .socket, .ended, .closed: .connection
        case .tls(.certificateRejected(_, let fault)): .tls(fault)
        case .tls: .tls(nil)
        case .timeout, .silent: .silence
        case .refused(let code): ["WRONGPASS", "NOAUTH", "NOPERM"].contains(code) ? .credentials : .refused
        case .malformed, .tooLarge: .answer
        }
    }
}
