import Bytes
import HTTP
import JOSE
import Policy
import Reactor
import Upstreams

/// How requests on one route are carried out: what the policy says of it, as bytes that only have to be copied.
final class RoutePlan {
    enum Destination {
        case upstream(Upstream)
        case echo
        case respond(PreparedAnswer)
        case redirect(RedirectTemplate)
    }

    let destination: Destination
    /// For `upstream` alone.
    let upstream: Upstream?
    /// The upstream's name as JSON, for the log.
    let logUpstream: [UInt8]
    let upstreamRow: Int
    let routeRow: Int
    /// Milliseconds.
    let timeout: UInt64?
    let maximumBody: UInt64
    /// `request_headers` as lines.
    let requestLines: [UInt8]
    let requestNames: FoldedNameSet?
    /// `response_headers` as lines, and the names that the upstream's answer loses for them.
    let responseLines: [UInt8]
    let responseNames: FoldedNameSet?
    let stripPrefix: [UInt8]
    let preservesHost: Bool
    let forwardsAuthorization: Bool
    let upgrades: [[UInt8]]
    let hasCrossOrigin: Bool

    private static let noUpstream = [UInt8]("null".utf8)

    /// `row` and `upstreamRows` are places in the metrics, `names` what was made for earlier routes.
    init(
        _ route: RouteSettings,
        row routeRow: Int,
        upstreams: [String: Upstream],
        upstreamRows: [String: Int],
        names: inout [String: [UInt8]]
    ) {
        var upstream: Upstream?
        var row = -1
        var name = Self.noUpstream
        switch route.destination {
        case .upstream(let key):
            guard let known = upstreamRows[key] else { preconditionFailure("an unchecked upstream: \(key)") }
            upstream = upstreams[key]
            row = known
            // One text for all routes of an upstream, so that ten thousand routes keep it in the processor's cache.
            name = names[key] ?? JSONValue.string(key).encoded()
            names[key] = name
            self.destination = upstream.map { .upstream($0) } ?? .echo
        case .respond(let status, let headers, let body):
            self.destination = .respond(PreparedAnswer(status: status, headers: headers, body: body))
        case .redirect(let to, let status):
            self.destination = .redirect(RedirectTemplate(to, status: status))
        }
        self.upstream = upstream
        self.upstreamRow = row
        self.routeRow = routeRow
        self.logUpstream = name
        self.timeout = route.timeout?.wholeMilliseconds
        self.maximumBody = route.maximumBody ?? .max
        self.requestLines = Self.lines(route.requestHeaders)
        self.requestNames = route.requestHeaders.isEmpty ? nil : FoldedNameSet(route.requestHeaders.map(\.name))
        self.responseLines = Self.lines(route.responseHeaders)
        self.responseNames = route.responseHeaders.isEmpty ? nil : FoldedNameSet(route.responseHeaders.map(\.name))
        self.stripPrefix = [UInt8]((route.stripPrefix ?? "").utf8)
        self.preservesHost = upstream?.settings.preservesHost ?? true
        self.forwardsAuthorization = route.identity.forwardsAuthorization
        self.upgrades = route.upgrades.map { [UInt8]($0.utf8) }
        self.hasCrossOrigin = route.cors != nil
    }

    static func lines(_ headers: [HeaderSettings]) -> [UInt8] {
        headers.flatMap { [UInt8]("\($0.name): \($0.value)\r\n".utf8) }
    }

    /// Whether a field of the upstream's answer goes down.
    @inline(__always)
    func passesDown(_ field: Field, _ bytes: Span<UInt8>, _ answer: borrowing ResponseHead) -> Bool {
        switch field.id {
        case .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade, .xRequestID: return false
        default: break
        }
        if self.responseNames == nil && !self.hasCrossOrigin && !answer.connectionNamesFields { return true }
        return self.passesDownSlowly(field, bytes, answer)
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
