public import AuthorizationServer
internal import OAuth
public import Trust

/// A session that was opened, and what was prepared from it for its next requests.
public final class RememberedSession: RememberedPrincipal {
    let name: SessionName
    let version: UInt32
    /// By which cut-offs name it.
    let subjects: [CutOffs.Subject]
    let startedAt: Int64
    public let provider: String
    /// For `identity.authorization: session`: a whole field line.
    public let authorization: [UInt8]
    /// Of an embedded provider's access token: with its grant the session ends, too. Nil for other providers.
    public let mark: TokenMark?

    init(_ session: Session, principal: Principal, endsAt: Int64, mark: TokenMark? = nil) {
        self.mark = mark
        self.name = session.name
        self.version = session.version
        self.subjects = session.subjects
        self.startedAt = session.times.startedAt
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
