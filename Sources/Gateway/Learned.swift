import AuthorizationServer
import Bytes
import HTTP
import Policy
import Trust

/// What the stages learn of one request. Each request begins with a new one, so that nothing of another is left in it.
struct Learned {
    var isFromTrustedPeer = false
    /// Nil behind a Unix socket.
    var clientAddress: IPAddress?
    var pathTraits = PathTraits()
    private(set) var match: RouteMatch?
    private(set) var rules: RouteRules?
    private(set) var plan: RoutePlan?
    var credential = Credential.none
    var hasWaitedForKeys = false
    /// How long it waits for keys, in milliseconds on the loop's clock.
    var keysDeadline: UInt64 = .max
    /// Who asks, once the credential was found good.
    var remembered: RememberedPrincipal?
    /// Of the authorization server, if the path is one of its.
    var endpoint: Endpoint?
    /// Under which the server's answer is waited for; zero: it is not.
    var endpointNumber: UInt64 = 0
    /// Of the body, in bytes.
    var maximumBody: UInt64 = .max

    /// Whether the credential says that a proof comes with it (RFC 9449).
    var hasProof: Bool {
        if case .token(_, .authorizationWithProof) = self.credential { return true }
        return false
    }

    mutating func matched(_ match: RouteMatch, in state: GatewayState) {
        self.match = match
        self.rules = state.routes.rules[match.rules]
        self.plan = state.plan(of: match.route)
    }
}
