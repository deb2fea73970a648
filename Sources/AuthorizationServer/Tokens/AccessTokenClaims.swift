internal import JOSE
internal import Stores

/// What an access token says (RFC 9068, section 2.2).
struct AccessTokenClaims {
    let grant: GrantID
    /// Nil if the client acts for itself.
    let user: User?
    let client: String
    /// One alone (RFC 9700, section 2.3).
    let audience: String
    let scopes: [String]
    /// When and how the user was authenticated (RFC 9068, section 2.2.1).
    var authenticated: Timestamp?
    var authenticationContext: String?
    /// RFC 9449, section 6.1: the RFC 7638 thumbprint of the key that the token is bound to.
    var keyThumbprint: String?
    let issued: Timestamp
    let lifetime: Duration

    /// Marks clients that act for themselves, so that none can be taken for a user, whose name has no `:` (RFC 9700, 4.15).
    static func subject(ofClient name: String) -> String { "client:\(name)" }

    var subject: String { self.user?.name ?? Self.subject(ofClient: self.client) }

    /// The text of the claims. `name` is the token's own.
    func text(issuer: String, name: TokenName) -> [UInt8] {
        var text = JSONObjectText()
        text.add("iss", issuer)
        text.add("exp", self.issued.seconds + self.lifetime.components.seconds)
        text.add("aud", self.audience)
        text.add("sub", self.subject)
        text.add("client_id", self.client)
        text.add("iat", self.issued.seconds)
        text.add("jti", name.text)
        text.add(scopes: self.scopes)
        if let authenticated { text.add("auth_time", authenticated.seconds) }
        if let authenticationContext { text.add("acr", authenticationContext) }
        if let keyThumbprint { text.add("cnf", ["jkt": .string(keyThumbprint)]) }
        if let user, self.scopes.contains(ServerPolicy.openID) {
            for claim in user.ownClaims { text.add(claim) }
        }
        return text.finished()
    }
}

extension User {
    /// `groups` and the further claims, which come with `openid`.
    var ownClaims: [JSONMember] {
        var members: [JSONMember] = []
        if !self.groups.isEmpty {
            members.append(JSONMember(name: "groups", value: .array(self.groups.map { .string($0) })))
        }
        return members + (self.claims.members ?? [])
    }
}
