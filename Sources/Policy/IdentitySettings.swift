public import OAuth

/// `identity`: what the upstream is told, and what nobody else may tell it.
public struct IdentitySettings: Sendable, Equatable {
    public var headers = IdentitySettings.defaultHeaders
    /// Header names, or prefixes that end in `*`. Every name that a route injects is added.
    public var strip = IdentitySettings.defaultStrip
    public var authorization = IdentityAuthorization.strip

    public init() {}

    /// Whether the credential that the decision used goes up.
    public var forwardsAuthorization: Bool { self.authorization == .forward }

    public static let defaultHeaders = [
        IdentityHeaderSettings(name: "X-Auth-Subject", source: .claims([ClaimSelector("sub")!])),
        IdentityHeaderSettings(name: "X-Auth-Issuer", source: .claims([ClaimSelector("iss")!])),
        IdentityHeaderSettings(
            name: "X-Auth-Client",
            source: .claims([ClaimSelector("client_id")!, ClaimSelector("azp")!])
        ),
        IdentityHeaderSettings(name: "X-Auth-Scopes", source: .scopes),
    ]

    public static let defaultStrip = [
        "X-Auth-*", "Remote-User", "Remote-Groups", "Remote-Name", "Remote-Email", "X-Forwarded-User",
        "X-Forwarded-Email", "X-Forwarded-Groups", "X-Forwarded-Preferred-Username", "X-Forwarded-Access-Token",
    ]
}

/// `identity.authorization`: what goes up of the credential that the decision used.
public enum IdentityAuthorization: Sendable, Equatable {
    case strip
    case forward
    /// For a session, the access token of its provider as Bearer; a token does not go up. On routes with `login` alone.
    case session
}

public struct IdentityHeaderSettings: Sendable, Equatable {
    public var name: String
    public var source: IdentitySource

    public init(name: String, source: IdentitySource) {
        self.name = name
        self.source = source
    }
}

public enum IdentitySource: Sendable, Hashable {
    /// The word `scopes`: all scopes of the token, separated by spaces.
    case scopes
    /// The first of these claims that is there.
    case claims([ClaimSelector])
}
