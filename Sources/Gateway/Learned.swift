import AuthorizationServer
import Bytes
import HTTP
import Login
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
    /// How long it waits for an answer of another thread or of the shared state, in milliseconds on the loop's clock.
    var answerDeadline: UInt64 = .max
    /// Who asks, once the credential was found good.
    var remembered: RememberedPrincipal?
    /// What the browser is told to keep, or to forget: whole field lines.
    var cookieLines: [UInt8] = []
    /// The gateway's own, if the path is one of its.
    var endpoint: OwnEndpoint?
    /// Under which the server's answer is waited for; zero: it is not.
    var endpointNumber: UInt64 = 0
    /// Under which sign-in's answer is waited for; zero: it is not.
    var loginNumber: UInt64 = 0
    /// Of a proxy that asks whether to let another request pass; the head then speaks of that one.
    var forwardAuth: ForwardAuthCall?
    /// Of the request that a proxy asks about, if it is told.
    var originalScheme: ForwardedScheme?
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

/// What the gateway answers by itself, at paths that come before all routes.
enum OwnEndpoint: Equatable {
    case server(Endpoint)
    case login(LoginEndpoint)
}
