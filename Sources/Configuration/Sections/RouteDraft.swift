import Bytes
import Policy

/// What is known of a route so far: what `defaults` say, and over it what the route says itself. Nil is what neither says.
struct RouteDraft {
    var hosts: [String]?
    var methods: [String]?
    var networks: [Network]?
    var access: AccessDraft?
    var login: LoginChoice?
    /// Nil with `hasDestination` false: nowhere, which `forward_auth` allows.
    var destination: DestinationSettings?
    var stripPrefix: PathPattern?
    var requestHeaders: [HeaderSettings]?
    var responseHeaders: [HeaderSettings]?
    var timeout: Duration?
    var maximumBody: UInt64?
    var upgrades: [String]?
    var cors: CORSSettings?
    var allowsEncodedSlash: Bool?
    var refusesOtherReadings: Bool?
    var identity: IdentitySettings

    /// Whether `access` or a destination was there at all, right or wrong: what is wrong is not missing too.
    var hasAccess = false
    var hasDestination = false

    /// `identity` is that of the whole policy.
    init(identity: IdentitySettings) { self.identity = identity }
}
