import Bytes
import HTTP
import Policy

/// What of the client's fields goes up: runs of whole lines, but for those that are hop-by-hop, protected or confusing.
extension Exchange {
    func copyFields(_ bytes: Span<UInt8>, _ plan: RoutePlan) {
        var run = LineRun()
        for index in 0..<self.head.fields.count {
            let field = self.head.fields[index]
            guard self.passesUp(field, index, bytes, plan) else { continue }
            if !run.extend(field.line) {
                self.upstreamHead.append(bytes.bytes(run.range))
                run.restart(field.line)
            }
        }
        self.upstreamHead.append(bytes.bytes(run.range))
    }

    @inline(__always)
    private func passesUp(_ field: Field, _ index: Int, _ bytes: Span<UInt8>, _ plan: RoutePlan) -> Bool {
        switch field.id {
        case .host, .connection, .keepAlive, .proxyConnection, .proxyAuthorization, .transferEncoding, .te, .trailer,
            .upgrade, .expect, .xForwardedFor, .xRequestID:
            return false
        case .authorization where self.state.routes.protectedHeaders.index(of: bytes.bytes(field.name)) != nil:
            return false
        case .authorization:
            return self.passesAuthorization(plan) && !(plan.requestNames?.contains(bytes.bytes(field.name)) ?? false)
        case .cookie where self.hidesCookie(plan) || self.hasOwnCookie(bytes.bytes(field.value)):
            let name = bytes.bytes(field.name)
            if self.state.routes.protectedHeaders.index(of: name) != nil { return false }
            if plan.requestNames?.contains(name) ?? false { return false }
            CookieLine.append(
                bytes.bytes(field.value),
                without: self.hiddenCookies(plan),
                to: &self.upstreamHead
            )
            return false
        // A proof belongs to its token.
        case .dpop where self.learned.hasProof && !plan.forwardsAuthorization: return false
        // A new name is nothing special until one of these rules names it.
        default: break
        }
        let name = bytes.bytes(field.name)
        if let spoofed = self.state.routes.protectedHeaders.index(of: name) {
            self.worker.counters.countSpoofed(spoofed)
            return false
        }
        if self.isConfusing(field.id, name) { return false }
        return !self.hasUnusualFields(plan) || self.passesUnusual(field, index, name, plan, bytes)
    }

    @inline(__always)
    private func hasUnusualFields(_ plan: RoutePlan) -> Bool {
        self.head.connectionNamesFields || plan.requestNames != nil || !self.state.credentials.onlyAuthorization
            || self.head.fields.contains(.traceparent) || self.head.fields.contains(.tracestate)
    }

    private func passesUnusual(
        _ field: Field,
        _ index: Int,
        _ name: Span<UInt8>,
        _ plan: RoutePlan,
        _ bytes: Span<UInt8>
    ) -> Bool {
        if field.id == .traceparent || field.id == .tracestate { return self.continuesTrace(bytes) }
        if plan.requestNames?.contains(name) ?? false { return false }
        if case .token(_, .header(_, field: index)) = self.learned.credential, !plan.forwardsAuthorization {
            return false
        }
        guard self.head.connectionNamesFields, field.id != .contentLength, field.id != .cookie else { return true }
        return !self.head.fields.connectionNames(name, in: bytes)
    }

    /// Whether an untrusted peer must not say it, or an upstream could take it for a field that the gateway has judged.
    @inline(__always)
    private func isConfusing(_ id: FieldID, _ name: Span<UInt8>) -> Bool {
        if id == .other {
            return (self.learned.isFromTrustedPeer ? self.state.confusingNames : self.state.untrustedNames).contains(
                name
            )
        }
        return !self.learned.isFromTrustedPeer && self.state.forwardingNames.contains(name)
    }

    private func passesAuthorization(_ plan: RoutePlan) -> Bool {
        switch self.learned.credential {
        case .token(_, .authorization), .token(_, .authorizationWithProof): plan.forwardsAuthorization
        case .none: !plan.sendsSessionToken || self.learned.remembered == nil
        case .token(_, .header), .token(_, .cookie): true
        }
    }

    /// Whether a cookie of the authorization server or of sign-in is in it.
    private func hasOwnCookie(_ value: Span<UInt8>) -> Bool {
        Cookies.name(anyOf: self.state.ownCookies, in: value)
    }

    private func hiddenCookies(_ plan: RoutePlan) -> [[UInt8]] {
        self.hidesCookie(plan) ? self.state.credentials.cookies + self.state.ownCookies : self.state.ownCookies
    }

    private func hidesCookie(_ plan: RoutePlan) -> Bool {
        if case .token(_, .cookie) = self.learned.credential { return !plan.forwardsAuthorization }
        return false
    }
}
