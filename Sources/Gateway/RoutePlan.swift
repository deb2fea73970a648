import Bytes
import HTTP
import Policy
import Reactor

/// How requests on a route are carried out: what the policy says of it, as bytes that only have to be copied.
///
/// Routes that are carried out alike share one, as they share `RouteRules`.
final class RoutePlan {
    let preservesHost: Bool
    let requestNames: FoldedNameSet?
    /// Names that the upstream's answer loses for `responseLines`.
    let responseNames: FoldedNameSet?

    let destination: Destination
    /// Milliseconds.
    let timeout: UInt64?
    let maximumBody: UInt64
    let requestLines: [UInt8]
    let responseLines: [UInt8]
    let stripPrefix: [UInt8]
    let forwardsAuthorization: Bool
    /// Whether the upstream gets the access token behind a session.
    let sendsSessionToken: Bool
    let upgrades: [[UInt8]]
    let hasCrossOrigin: Bool
    /// Whether a request that is sent to the gateway itself has somewhere to go.
    let hasDestination: Bool
    /// Names of the gateway's own cookies, which no upstream sets.
    private let ownCookies: [[UInt8]]

    enum Destination: Hashable {
        case forward(PlannedUpstream)
        /// `builtin: echo`.
        case echo
        case respond(PreparedAnswer)
        case redirect(RedirectTemplate)
        /// The route only answers proxies that ask about its requests.
        case nowhere
    }

    /// What the policy says, as a value. Equal ones are carried out alike: every text in it is compared byte by byte.
    struct Parts: Hashable {
        let destination: Destination
        let timeout: UInt64?
        let maximumBody: UInt64
        let requestHeaders: HeaderLines
        let responseHeaders: HeaderLines
        let stripPrefix: [UInt8]
        let forwardsAuthorization: Bool
        let sendsSessionToken: Bool
        let upgrades: [[UInt8]]
        let hasCrossOrigin: Bool

        /// `upstreams` are the policy's by name.
        init(_ route: RouteSettings, upstreams: [String: Destination]) {
            switch route.destination {
            case .upstream(let name):
                guard let upstream = upstreams[name] else { preconditionFailure("an unchecked upstream: \(name)") }
                self.destination = upstream
            case .respond(let status, let headers, let body):
                self.destination = .respond(PreparedAnswer(status: status, headers: headers, body: body))
            case .redirect(let to, let status):
                self.destination = .redirect(RedirectTemplate(to, status: status))
            case .nowhere: self.destination = .nowhere
            }
            self.timeout = route.timeout?.wholeMilliseconds
            self.maximumBody = route.maximumBody ?? .max
            self.requestHeaders = HeaderLines(route.requestHeaders)
            self.responseHeaders = HeaderLines(route.responseHeaders)
            self.stripPrefix = [UInt8]((route.stripPrefix ?? "").utf8)
            self.forwardsAuthorization = route.identity.forwardsAuthorization
            self.sendsSessionToken = route.identity.authorization == .session
            self.upgrades = route.upgrades.map { [UInt8]($0.utf8) }
            self.hasCrossOrigin = route.cors != nil
        }
    }

    init(_ parts: Parts, ownCookies: [[UInt8]]) {
        switch parts.destination {
        case .forward(let planned): self.preservesHost = planned.upstream.settings.preservesHost
        case .echo, .respond, .redirect, .nowhere: self.preservesHost = true
        }
        self.requestNames = parts.requestHeaders.names
        self.responseNames = parts.responseHeaders.names
        self.destination = parts.destination
        self.hasDestination = parts.destination != .nowhere
        self.timeout = parts.timeout
        self.maximumBody = parts.maximumBody
        self.requestLines = parts.requestHeaders.lines
        self.responseLines = parts.responseHeaders.lines
        self.stripPrefix = parts.stripPrefix
        self.forwardsAuthorization = parts.forwardsAuthorization
        self.sendsSessionToken = parts.sendsSessionToken
        self.upgrades = parts.upgrades
        self.hasCrossOrigin = parts.hasCrossOrigin
        self.ownCookies = ownCookies
    }

    /// Whether a field of the upstream's answer goes down.
    @inline(__always)
    func passesDown(_ field: Field, _ bytes: Span<UInt8>, _ answer: borrowing ResponseHead) -> Bool {
        switch field.id {
        case .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade, .xRequestID: return false
        // RFC 9110 8.6: whoever is in front of the gateway may wait for the bytes that it announces.
        case .contentLength where answer.status < 200 || answer.status == 204: return false
        // It could plant a session in a browser, or end the one that it has.
        case .setCookie where self.setsOwnCookie(field, bytes): return false
        // A new name is nothing special until one of these rules names it.
        default: break
        }
        if self.responseNames == nil && !self.hasCrossOrigin && !answer.connectionNamesFields { return true }
        return self.passesDownSlowly(field, bytes, answer)
    }

    // Out of line: most answers set no cookie.
    @inline(never)
    private func setsOwnCookie(_ field: Field, _ bytes: Span<UInt8>) -> Bool {
        Cookies.sets(anyOf: self.ownCookies, in: bytes.bytes(field.value))
    }

    private func passesDownSlowly(_ field: Field, _ bytes: Span<UInt8>, _ answer: borrowing ResponseHead) -> Bool {
        // Where the answer ends is not for a `Connection` field to take away.
        if field.id == .contentLength { return true }
        let name = bytes.bytes(field.name)
        if let responseNames, responseNames.contains(name) { return false }
        // The gateway answers for the route's `cors`; what the upstream says would contradict it.
        if self.hasCrossOrigin && CrossOrigin.isAnswerField(name) { return false }
        return !answer.connectionNamesFields || !answer.fields.connectionNames(name, in: bytes)
    }
}
