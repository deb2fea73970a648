public import AuthorizationServer
internal import OAuth
internal import SharedState
public import Trust

/// A session that was opened, and what was prepared from it for its next requests.
public final class RememberedSession: RememberedPrincipal {
    let name: SessionName
    let version: UInt32
    /// By which cut-offs name it.
    let subjects: [CutOff.Subject]
    let times: Session.Times
    public let provider: String
    /// For `identity.authorization: session`: a whole field line.
    public let authorization: [UInt8]
    /// Of an embedded provider's access token: with its grant the session ends, too. Nil for other providers.
    public let mark: TokenMark?
    /// Of one in the shared state; nil for one that its browser keeps.
    var held: Held?
    /// What its browser has of it; nil for one that it keeps itself.
    public var handle: SessionHandle? { self.held.map { SessionHandle(name: self.name, secret: $0.secret) } }

    /// What is known of its place in the shared state.
    struct Held {
        /// Who has the other half of the handle may use what is remembered.
        let secret: SessionName
        /// What was read last; nil for what was made here.
        let version: StateVersion?
        /// Until then the state need not be asked again. Milliseconds of the monotonic clock.
        var freshUntil: UInt64
    }

    init(_ session: Session, principal: Principal, endsAt: Int64, mark: TokenMark? = nil) {
        self.mark = mark
        self.name = session.name
        self.version = session.version
        self.subjects = session.subjects
        self.times = session.times
        self.provider = session.provider
        self.authorization = Self.line(session.identity.accessToken.secret)
        super.init(principal, endsAt: endsAt / 1000)
    }

    /// Empty for a token that could end the line.
    private static func line(_ token: String) -> [UInt8] {
        guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return [] }
        return Array("Authorization: Bearer \(token)\r\n".utf8)
    }
}
