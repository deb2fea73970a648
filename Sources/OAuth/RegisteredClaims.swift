internal import Bytes
internal import JOSE

/// The claims of RFC 7519, section 4.1, as far as a gateway looks at them: checked for their types, not yet believed.
struct RegisteredClaims {
    var issuer: String?
    var subject: String?
    /// A string, or an array of strings.
    var audience: JSONValue?
    /// Seconds since 1970; a fraction is cut off.
    var expiresAt: Int64?
    /// Seconds since 1970; a fraction is rounded up.
    var notBefore: Int64?
    /// Seconds since 1970; a fraction is rounded up.
    var issuedAt: Int64?
    /// `cnf` (RFC 7800): the token is bound to a key.
    var isBound = false
    /// `events` of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4).
    var isLogout = false

    /// The end of the year 9999, and as far back: no clock of a gateway is beyond, and sums with a leeway cannot overflow.
    static let maximumDate: Int64 = 253_402_300_799

    private static let logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

    /// Throws the claim that has the wrong type.
    init(_ members: [JSONMember]) throws(TokenFault) {
        // Most names are told apart by their length alone.
        for member in members {
            switch member.name.utf8.count {
            case 3: try self.read(member)
            case 6 where member.name == "events": self.isLogout = member.value[Self.logoutEvent] != nil
            default: continue
            }
        }
    }

    /// Whether one of `audiences` is in `aud`. Names are compared byte by byte.
    func isFor(anyOf audiences: [String]) -> Bool {
        switch self.audience {
        case .string(let name): audiences.contains { $0.hasSameBytes(as: name) }
        case .array(let names): names.contains { name in audiences.contains { .string($0) == name } }
        default: false
        }
    }

    // MARK: - Private details

    private mutating func read(_ member: JSONMember) throws(TokenFault) {
        switch member.name {
        case "iss": self.issuer = try Self.text(member)
        case "sub": self.subject = try Self.text(member)
        case "jti": _ = try Self.text(member)
        case "aud": self.audience = try Self.audience(member)
        case "exp": self.expiresAt = try Self.date(member, .down)
        case "nbf": self.notBefore = try Self.date(member, .up)
        case "iat": self.issuedAt = try Self.date(member, .up)
        case "cnf": self.isBound = true
        default: return
        }
    }

    private static func text(_ member: JSONMember) throws(TokenFault) -> String {
        guard case .string(let text) = member.value else { throw .claim(member.name) }
        return text
    }

    private static func audience(_ member: JSONMember) throws(TokenFault) -> JSONValue {
        switch member.value {
        case .string:
            return member.value
        case .array(let names):
            for name in names {
                guard case .string = name else { throw .claim(member.name) }
            }
            return member.value
        case .null, .bool, .integer, .real, .object:
            throw .claim(member.name)
        }
    }

    /// A NumericDate (RFC 7519, section 2). Rounding never makes a token valid for longer.
    private static func date(_ member: JSONMember, _ rounding: FloatingPointRoundingRule) throws(TokenFault) -> Int64 {
        let seconds: Int64? =
            switch member.value {
            case .integer(let number): number
            case .real(let number): Int64(exactly: number.rounded(rounding))
            case .null, .bool, .string, .array, .object: nil
            }
        guard let seconds, -self.maximumDate...self.maximumDate ~= seconds else { throw .claim(member.name) }
        return seconds
    }
}
