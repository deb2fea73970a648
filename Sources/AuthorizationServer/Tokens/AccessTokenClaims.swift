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

    func json(issuer: String) -> JSONValue {
        var members: [JSONMember] = [
            JSONMember(name: "iss", value: .string(issuer)),
            JSONMember(name: "exp", value: .integer(self.issued.seconds + self.lifetime.components.seconds)),
            JSONMember(name: "aud", value: .string(self.audience)),
            JSONMember(name: "sub", value: .string(self.subject)),
            JSONMember(name: "client_id", value: .string(self.client)),
            JSONMember(name: "iat", value: .integer(self.issued.seconds)),
            JSONMember(name: "jti", value: .string(TokenName(grant: self.grant).text)),
            JSONMember(name: "scope", value: .string(self.scopes.joined(separator: " "))),
        ]
        if let authenticated { members.append(JSONMember(name: "auth_time", value: .integer(authenticated.seconds))) }
        if let authenticationContext {
            members.append(JSONMember(name: "acr", value: .string(authenticationContext)))
        }
        if let keyThumbprint {
            members.append(JSONMember(name: "cnf", value: ["jkt": .string(keyThumbprint)]))
        }
        if let user, self.scopes.contains(ServerPolicy.openID) { members += user.ownClaims }
        return .object(members)
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
