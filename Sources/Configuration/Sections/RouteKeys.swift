import Bytes
import HTTP
import Policy

// The keys that a route and `defaults` have in common.

extension PolicyReader {
    /// Reads all of them. `identity` is laid over `base`.
    func routeKeys(_ section: Section, identityOver base: IdentitySettings) -> RouteDraft {
        var draft = RouteDraft()
        draft.hosts = section.value("hosts") { self.list($0, self.hostPattern) }
        draft.methods = section.value("methods", self.methods)
        draft.networks = section.value("networks") { self.list($0, self.network) }
        draft.hasAccess = section.field("access") != nil
        draft.access = section.value("access", self.access)
        draft.destination = self.destination(section)
        draft.hasDestination = Self.destinationKeys.contains { section.field($0) != nil }
        draft.stripPrefix = section.value("strip_prefix", self.stripPrefix)
        draft.requestHeaders = section.value("request_headers", self.headers)
        draft.responseHeaders = section.value("response_headers", self.headers)
        draft.timeout = section.value("timeout", self.duration)
        draft.maximumBody = section.value("max_body", self.size)
        draft.upgrades = section.value("upgrades", self.upgrades)
        draft.cors = section.value("cors", self.cors)
        draft.allowsEncodedSlash = section.value("allow_encoded_slash", self.allowsEncodedSlash)
        draft.refusesOtherReadings = section.value("other_readings", self.refusesOtherReadings)
        draft.identity = section.value("identity") { self.identity($0, over: base) }
        section.unsupported("rate_limit")
        section.unsupported("login")
        section.value("mode", self.mode)
        return draft
    }

    private func mode(_ field: PolicyField) {
        if field.says("shadow") {
            self.error(field, Self.unsupported("mode: shadow"))
        } else {
            _ = self.word(field, ["enforce": true, "shadow": false])
        }
    }

    // MARK: - Which requests

    private func hostPattern(_ field: PolicyField) -> String? {
        guard let scalar = self.scalar(field, "a host"), !scalar.isUnset else { return nil }
        do {
            // Hosts compare without case, so one written in capitals means the same.
            return try HostPattern(scalar.text.lowercased()).text
        } catch {
            self.error(field, "\(scalar.quoted) is no host pattern: \(error.explanation)")
            return nil
        }
    }

    private func methods(_ field: PolicyField) -> [String]? {
        guard let methods = self.list(field, self.method) else { return nil }
        var seen: Set<String> = []
        for (method, element) in zip(methods, field.elements) where !seen.insert(method).inserted {
            self.error(element, "the method stands here twice")
        }
        return methods.count == field.elements.count ? methods : nil
    }

    private func method(_ field: PolicyField) -> String? {
        guard let scalar = self.scalar(field, "a method"), !scalar.isUnset else { return nil }
        guard scalar.text.utf8Span.span.isToken else {
            self.error(field, "\(scalar.quoted) is not the name of a method")
            return nil
        }
        // RFC 9110 9.1: methods are case-sensitive, so `get` would never match.
        let upperCase = scalar.text.uppercased()
        if upperCase != scalar.text, Method(upperCase.utf8Span.span) != .other {
            self.error(
                field,
                "methods are case-sensitive",
                suggestion: Suggestion.closest(to: scalar.source, among: [upperCase])
            )
            return nil
        }
        if scalar.text == "TRACE" || scalar.text == "CONNECT" {
            self.warning(field, "the gateway refuses \(scalar.shown) before it looks at routes")
        }
        return scalar.text
    }

    // MARK: - How they go on

    private func stripPrefix(_ field: PolicyField) -> PathPattern? {
        guard let pattern = self.pathPattern(field) else { return nil }
        if pattern.segments.isEmpty || pattern.hasRest || !pattern.parameters.isEmpty {
            self.error(field, "expected whole literal segments, such as `/tenants`")
            return nil
        }
        return pattern
    }

    func pathPattern(_ field: PolicyField) -> PathPattern? {
        guard let scalar = self.scalar(field, "a path"), !scalar.isUnset else { return nil }
        do {
            return try PathPattern(scalar.text)
        } catch {
            self.error(field, "\(scalar.quoted) is no path pattern: \(error.explanation)")
            return nil
        }
    }

    private func upgrades(_ field: PolicyField) -> [String]? {
        self.list(field, mayBeEmpty: true) { element in
            self.parsed(element, "a protocol such as `websocket`") { $0.utf8Span.span.isToken ? $0.lowercased() : nil }
        }
    }

    private func allowsEncodedSlash(_ field: PolicyField) -> Bool? {
        guard let allows = self.bool(field) else { return nil }
        if allows {
            self.warning(field, "an upstream that decodes `%2F` sees another path than the one that was judged")
        }
        return allows
    }

    private func refusesOtherReadings(_ field: PolicyField) -> Bool? {
        guard let refuses = self.word(field, ["refuse": true, "ignore": false]) else { return nil }
        if !refuses {
            self.warning(field, "an upstream that reads the path otherwise may serve what another route protects")
        }
        return refuses
    }
}
