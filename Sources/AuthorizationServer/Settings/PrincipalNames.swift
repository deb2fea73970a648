internal import Bytes

extension User {
    /// OpenID Connect Core, section 2: a `sub` has at most 255 ASCII characters.
    public static let maximumNameByteCount = 255

    /// Visible ASCII without `:`, which marks the `sub` of clients.
    public static func isName(_ text: String) -> Bool {
        (1...self.maximumNameByteCount).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    }

    /// RFC 5321, section 4.5.3.1.3, less the brackets.
    public static let maximumEmailByteCount = 254

    /// Something before one `@` and something behind it. Whether mail arrives there is not for a grammar to say.
    public static func isEmail(_ text: String) -> Bool {
        guard text.utf8.count <= self.maximumEmailByteCount, !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F })
        else {
            return false
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty
    }

    /// Claims that the server sets itself, or that say how a token is to be read (RFC 7519, section 4.1; RFC 9068, section
    /// 2.2; OpenID Connect Core, sections 2 and 5.1): a user's own `claims` cannot name them.
    public static let registeredClaims: Set = [
        "iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope", "scp", "scopes", "nbf", "auth_time", "acr",
        "amr",
        "nonce", "azp", "cnf", "act", "may_act", "name", "email", "email_verified", "groups", "sid", "at_hash",
        "c_hash",
        "s_hash", "typ", "events", "authorization_details", "token_type", "token_use", "active", "username",
    ]

    public static func isRegistered(claim name: String) -> Bool {
        self.registeredClaims.contains { $0.hasSameBytes(as: name) }
    }
}

extension Client {
    public static let maximumNameByteCount = 64

    /// Letters, digits, `-`, `_` and `.`: nothing that Basic authentication or a form would have to escape.
    public static func isName(_ text: String) -> Bool {
        (1...self.maximumNameByteCount).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0.isLetterOrDigit || "-_.".utf8.contains($0) }
    }

    /// For a secret that somebody chose, in bytes. One that the server makes has 43.
    public static let minimumSecretByteCount = 16

    /// `client_secret` of RFC 6749, appendix A.2. That it cannot be guessed is up to who chose it.
    public static func isSecret(_ text: String) -> Bool {
        text.utf8.count >= self.minimumSecretByteCount && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }
}
