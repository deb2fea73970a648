import HTTP
import Policy

// `cors` of a route, by the Fetch standard.

extension PolicyReader {
    func cors(_ field: PolicyField) -> CORSSettings? {
        guard let section = self.section(field) else { return nil }
        var settings = CORSSettings(origins: section.required("origins") { self.list($0, self.origin) } ?? [])
        section.read("methods", into: &settings.methods) { self.list($0, self.methodName) }
        section.read("headers", into: &settings.headers) { self.list($0, self.fieldName) }
        section.read("exposed_headers", into: &settings.exposed) { self.list($0, self.fieldName) }
        section.read("credentials", into: &settings.credentials, self.bool)
        section.read("max_age", into: &settings.maximumAge) { self.seconds($0).map { .seconds($0) } }
        section.finish()
        if let field = section.field("origins"), settings.origins.contains("*") {
            self.check(settings, anyOriginIn: field)
        }
        return settings.origins.isEmpty ? nil : settings
    }

    private func check(_ settings: CORSSettings, anyOriginIn field: PolicyField) {
        if settings.credentials {
            self.error(field, "`*` and `credentials` would let every page act as its visitor; list the origins")
        } else if settings.origins.count > 1 {
            self.error(field, "`*` stands alone")
        } else {
            self.warning(field, "pages of every origin can read the answers")
        }
    }

    /// A scheme, a host and a port that is not the scheme's own, as browsers write them (RFC 6454 6.2), or `*`.
    private func origin(_ field: PolicyField) -> String? {
        self.parsed(field, "an origin such as `https://app.example.com`, or `*`") { text in
            if text == "*" { return text }
            guard let url = PolicyURL(text), url.target.isEmpty else { return nil }
            let isOwnPort = url.writtenPort == (url.isSecure ? 443 : 80)
            return "\(url.scheme)://\(isOwnPort ? url.host : url.authority)"
        }
    }

    private func methodName(_ field: PolicyField) -> String? {
        self.parsed(field, "a method") { $0.utf8Span.span.isToken ? $0 : nil }
    }

    private func fieldName(_ field: PolicyField) -> String? {
        self.parsed(field, "the name of a header") { $0.utf8Span.span.isToken ? $0 : nil }
    }
}
