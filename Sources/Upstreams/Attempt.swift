public import HTTPConnections

/// How far a request has got on its way to a server, and whether it may go a second time.
public struct Attempt: Sendable {
    /// There is a connection to send on.
    public private(set) var hasConnection = false
    /// Nothing of the request was sent on it.
    public private(set) var isHeadUnsent = true
    /// Some of the body was sent, and is not at hand any more.
    private var hasSentBody = false
    /// The connection has carried another request before.
    private var isOnReusedConnection = false
    /// The request has failed before.
    private var isSecond = false

    public init() {}

    /// A connection is there to send on.
    public mutating func began(onReused isReused: Bool) {
        self.hasConnection = true
        self.isOnReusedConnection = isReused
    }

    public mutating func headSent() {
        self.isHeadUnsent = false
    }

    /// Some of the body goes, behind the head or together with it.
    public mutating func bodySent() {
        self.isHeadUnsent = false
        self.hasSentBody = true
    }

    /// What is left after `failure`: another attempt, on a fresh connection, or none.
    ///
    /// RFC 9110 9.2.2, and the reference: once, if nothing of the request was sent, or if a reused
    /// connection ended before the answer, the request is idempotent and its body is still at hand.
    public func mayBeRepeated(after failure: ClientFailure, isIdempotent: Bool, hasOtherServers: Bool) -> Bool {
        guard !self.isSecond && !self.hasSentBody else { return false }
        switch failure {
        case .connect, .connectTimeout, .handshake, .endedBeforeRequest: return true
        // The only server would let it wait for nothing once more.
        case .unavailable: return hasOtherServers
        case .endedBeforeAnswer: return self.isHeadUnsent || (self.isOnReusedConnection && isIdempotent)
        case .truncated, .malformed: return false
        }
    }

    /// Begins anew on another connection, with nothing sent.
    public mutating func repeats() {
        self = Attempt()
        self.isSecond = true
    }
}
