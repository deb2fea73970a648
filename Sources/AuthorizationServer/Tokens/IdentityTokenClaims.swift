internal import Bytes
internal import Cryptography
internal import JOSE
internal import Stores

/// What an ID token says (OpenID Connect Core, sections 2 and 3.1.3.6).
struct IdentityTokenClaims {
    let user: User
    let client: String
    /// With the session, and with when and how the user was authenticated.
    let grant: Grant
    let scopes: [String]
    let nonce: String?
    /// The one that it goes out with.
    let accessToken: String
    let issued: Timestamp
    let lifetime: Duration

    /// `algorithm` is what the token will be signed with.
    func json(issuer: String, algorithm: SignatureAlgorithm) -> JSONValue {
        let expires = self.issued.seconds + self.lifetime.components.seconds
        var members: [JSONMember] = [
            JSONMember(name: "iss", value: .string(issuer)),
            JSONMember(name: "sub", value: .string(self.user.name)),
            JSONMember(name: "aud", value: .string(self.client)),
            JSONMember(name: "exp", value: .integer(expires)),
            JSONMember(name: "iat", value: .integer(self.issued.seconds)),
            JSONMember(name: "at_hash", value: .string(Self.hash(of: self.accessToken, algorithm))),
        ]
        if let time = self.grant.authenticated {
            members.append(JSONMember(name: "auth_time", value: .integer(time.seconds)))
        }
        if let nonce { members.append(JSONMember(name: "nonce", value: .string(nonce))) }
        if let context = self.grant.authenticationContext {
            members.append(JSONMember(name: "acr", value: .string(context)))
        }
        if let session = self.grant.session { members.append(JSONMember(name: "sid", value: .string(session))) }
        return .object(members + self.user.claims(with: self.scopes))
    }

    /// `at_hash` (section 3.1.3.6): the left half of the hash of the token's text.
    private static func hash(of token: String, _ algorithm: SignatureAlgorithm) -> String {
        let hash = algorithm.digest.hash(token.utf8Span.span)
        return Base64URL.encode(Array(hash.prefix(hash.count / 2)))
    }
}

extension User {
    /// What `profile`, `email` and `openid` tell of the user (section 5.4): the same in ID tokens and at `userinfo`.
    func claims(with scopes: [String]) -> [JSONMember] {
        var members: [JSONMember] = []
        if scopes.contains(ServerPolicy.profile), let displayName {
            members.append(JSONMember(name: "name", value: .string(displayName)))
        }
        if scopes.contains(ServerPolicy.email), let email {
            members.append(JSONMember(name: "email", value: .string(email)))
            members.append(JSONMember(name: "email_verified", value: .bool(self.isEmailVerified)))
        }
        return scopes.contains(ServerPolicy.openID) ? members + self.ownClaims : members
    }
}
