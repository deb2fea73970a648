public import Bytes
import HTTP

/// What becomes of an OPTIONS request with `Origin` and `Access-Control-Request-Method`.
public enum Preflight: Equatable, Sendable {
    /// It is answered with 204 and the fields that were appended, without a credential. The place of the route that it
    /// asked about.
    case answered(route: Int)
    /// Refused without any field for pages: `originNotAllowed`.
    case refused(RefusalCode, route: Int)
    /// The route that it asks about has no `cors`, or there is none: an OPTIONS request like any other.
    case ordinary
}

extension RouteTable {
    /// Decides about a CORS preflight (Fetch standard, section 4.8), by the route that the requested method would choose.
    ///
    /// It allocates: pages remember the answer.
    ///
    /// - Parameters:
    ///   - origin: `Origin`; not empty.
    ///   - requestedMethod: `Access-Control-Request-Method`.
    ///   - requestedHeaders: `Access-Control-Request-Headers`; empty if there is none.
    public func preflight(
        host: Span<UInt8>,
        path: Span<UInt8>,
        origin: Span<UInt8>,
        requestedMethod: Span<UInt8>,
        requestedHeaders: Span<UInt8>,
        to buffer: inout ByteBuffer
    ) -> Preflight {
        let method = Method(requestedMethod)
        guard requestedMethod.isToken,
            case .route(let match) = self.find(host: host, path: path, method: method, methodName: requestedMethod),
            let crossOrigin = self.rules[match.rules].crossOrigin
        else { return .ordinary }
        guard crossOrigin.allows(origin) else { return .refused(.originNotAllowed, route: match.route) }
        crossOrigin.appendPreflightFields(
            origin: origin,
            methods: self.preflightMethods(match, method, requestedMethod),
            requestedHeaders: requestedHeaders,
            to: &buffer
        )
        return .answered(route: match.route)
    }

    /// What `Access-Control-Allow-Methods` says: what `cors.methods` lists, or the methods of the routes of this pattern
    /// whose `cors` is the same. Pages keep the list, so that it must not speak for other routes.
    private func preflightMethods(_ match: RouteMatch, _ method: Method, _ name: Span<UInt8>) -> [UInt8] {
        let route = self.settings[match.route]
        if let cors = route.cors, !cors.methods.isEmpty { return Array(cors.methods.joined(separator: ", ").utf8) }
        let alike = self.patternRoutes(match.pattern).filter { self.settings[$0].cors == route.cors }
        let methods = PatternRoutes.methods(of: alike.map { self.settings[$0] })
        // A route without `methods` takes those too that nobody can list.
        let isListed = method != .other || !route.methods.isEmpty
        return isListed ? methods : methods + Array(", ".utf8) + name.array
    }
}
