import Bytes
import HTTP
import Policy

// The keys that a route and `defaults` have in common.

extension PolicyReader {
    /// Reads all of them over `base`, key by key.
    func routeKeys(_ section: Section, over base: RouteDraft) -> RouteDraft {
        var draft = base
        section.read("hosts", into: &draft.hosts) { self.list($0, self.hostPattern) }
        section.read("methods", into: &draft.methods, self.methods)
        section.read("networks", into: &draft.networks) { self.list($0, self.network) }
        self.readAccess(section, into: &draft)
        section.read("login", into: &draft.login, self.loginChoice)
        self.readDestination(section, into: &draft)
        section.read("strip_prefix", into: &draft.stripPrefix, self.stripPrefix)
        section.read("request_headers", into: &draft.requestHeaders, self.headers)
        section.read("response_headers", into: &draft.responseHeaders, self.headers)
        section.read("timeout", into: &draft.timeout, self.duration)
        section.read("max_body", into: &draft.maximumBody, self.size)
        section.read("upgrades", into: &draft.upgrades, self.upgrades)
        section.read("cors", into: &draft.cors, self.cors)
        section.read("allow_encoded_slash", into: &draft.allowsEncodedSlash, self.allowsEncodedSlash)
        section.read("other_readings", into: &draft.refusesOtherReadings, self.refusesOtherReadings)
        section.read("identity", into: &draft.identity) { self.identity($0, over: base.identity) }
        section.unsupported("rate_limit")
        section.value("mode", self.mode)
        return draft
    }

    // Access that is there and wrong is not that of `defaults`, which may let more pass.
    private func readAccess(_ section: Section, into draft: inout RouteDraft) {
        guard let field = section.field("access") else { return }
        draft.hasAccess = true
        draft.access = self.access(field)
    }

    private func readDestination(_ section: Section, into draft: inout RouteDraft) {
        let destination = self.destination(section)
        guard Self.destinationKeys.contains(where: { section.field($0) != nil }) else { return }
        draft.hasDestination = true
        draft.destination = destination
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
