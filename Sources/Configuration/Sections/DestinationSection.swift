import HTTP
import Policy

// Where a route leads: an upstream, an answer, or another place.

extension PolicyReader {
    static let destinationKeys = ["upstream", "respond", "redirect"]

    /// The destination that a section names; nil when it names none, or a wrong one.
    func destination(_ section: Section) -> DestinationSettings? {
        let fields = Self.destinationKeys.compactMap { key in section.field(key).map { (key, $0) } }
        if fields.count > 1 {
            let names = fields.map { "`\($0.0)`" }.joined(separator: " and ")
            self.error(fields[1].1, "a route leads to one place, not to \(names)", at: section.keyPosition(fields[1].0))
            return nil
        }
        return section.value("upstream", self.upstream)
            ?? section.value("respond", self.respond)
            ?? section.value("redirect", self.redirect)
    }

    private func upstream(_ field: PolicyField) -> DestinationSettings? {
        guard let scalar = self.scalar(field, "the name of an upstream") else { return nil }
        if self.upstreamNames.contains(scalar) && !scalar.isUnset {
            self.unusedUpstreams[scalar.text] = nil
            return .upstream(scalar.text)
        }
        self.namesUnknownUpstream = true
        guard !scalar.isUnset else { return nil }
        self.error(field, "unknown upstream \(scalar.quoted)", suggestion: self.upstreamNames.closest(to: scalar))
        return nil
    }

    // MARK: - Answers

    private func respond(_ field: PolicyField) -> DestinationSettings? {
        guard let section = self.section(field) else { return nil }
        let status = section.value("status") { self.integer($0, in: 200...599) } ?? 200
        let headers = section.value("headers", self.headers) ?? []
        let body = section.value("body", self.text) ?? ""
        if let field = section.field("body"), !body.isEmpty, status == 204 || status == 304 {
            self.error(field, "an answer with status \(status) has no body")
        }
        section.finish()
        return .respond(status: status, headers: headers, body: body)
    }

    private func redirect(_ field: PolicyField) -> DestinationSettings? {
        if !field.isMapping { return self.redirectTarget(field).map { .redirect(to: $0, status: 302) } }
        guard let section = self.section(field) else { return nil }
        let target = section.required("to", self.redirectTarget)
        let status = section.value("status") {
            self.word($0, ["301": 301, "302": 302, "303": 303, "307": 307, "308": 308])
        }
        section.finish()
        return target.map { .redirect(to: $0, status: status ?? 302) }
    }

    /// A URL, or a path on the same host, with `{host}`, `{path}` and `{query}` in it.
    private func redirectTarget(_ field: PolicyField) -> String? {
        let expected = "a URL or a path, in which `{host}`, `{path}` and `{query}` stand for those of the request"
        return self.parsed(field, expected) { text in
            guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }) else { return nil }
            guard text.range(ofText: "{{") == nil, let parts = ClaimTemplate.parts(of: text) else { return nil }
            // What a request says stands in for the placeholders, so that what is left can be judged.
            var filled = ""
            for part in parts {
                switch part {
                case .text(let text): filled += text
                case .parameter("host"): filled += "host.invalid"
                case .parameter("path"): filled += "/path"
                case .parameter("query"): filled += "?query"
                case .parameter: return nil
                }
            }
            // `//host` would be another host.
            let isPath = filled.hasPrefix("/") && !filled.hasPrefix("//")
            return isPath || PolicyURL(String(filled.prefix { $0 != "#" })) != nil ? text : nil
        }
    }
}
