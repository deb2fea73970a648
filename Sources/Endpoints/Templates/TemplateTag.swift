/// A start tag of a template, and what may not be in it.
struct TemplateTag {
    struct Attribute {
        /// In lower case.
        var name: String
        var value: String
        let offset: Int
    }

    /// In lower case.
    let name: String
    var attributes: [Attribute] = []

    /// What runs something or embeds it, changes what addresses mean, would end forms of the pages, or turns all that
    /// follows into text.
    private static let elements: Set = [
        "script", "noscript", "base", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "template",
        "plaintext", "xmp", "noembed", "noframes", "listing",
    ]
    private static let otherAttributes: Set = [
        "style", "srcdoc", "srcset", "imagesrcset", "http-equiv", "ping", "nonce",
    ]
    private static let addresses: Set = [
        "src", "href", "xlink:href", "poster", "data", "background", "action", "formaction", "manifest",
    ]

    /// The first one, and where it is if not at the tag's begin.
    var fault: (PageTemplateFault.Reason, Int?)? {
        if Self.elements.contains(self.name) { return (.element(self.name), nil) }
        for attribute in self.attributes {
            if let reason = self.fault(in: attribute) { return (reason, attribute.offset) }
        }
        // Style sheets of others are not allowed, and not those of this gateway: what they say may change unseen.
        guard self.name == "link" else { return nil }
        let relations = self.attributes.first { $0.name == "rel" }?.value.lowercased().split(separator: " ") ?? []
        return relations.contains("icon") || relations.contains("apple-touch-icon") ? nil : (.element("link"), nil)
    }

    private func fault(in attribute: Attribute) -> PageTemplateFault.Reason? {
        if attribute.name.hasPrefix("on") || Self.otherAttributes.contains(attribute.name) {
            return .attribute(attribute.name)
        }
        guard Self.addresses.contains(attribute.name) else { return nil }
        let value = attribute.value.lowercased().filter { !$0.isWhitespace }
        // Where a link leads, the person decides.
        if self.name == "a" || self.name == "area", attribute.name == "href" {
            let runs = ["javascript:", "vbscript:", "data:"].contains(where: value.hasPrefix)
            return runs ? .attribute(attribute.name) : nil
        }
        return Self.isLocal(value) ? nil : .external(attribute.name)
    }

    /// A path of this gateway, a part of the page itself, or an image in the address.
    private static func isLocal(_ value: String) -> Bool {
        if value.hasPrefix("data:image/") || value.hasPrefix("#") { return true }
        return value.hasPrefix("/") && !value.hasPrefix("//") && !value.hasPrefix("/\\")
    }

    // MARK: - Style sheets

    /// What fetches from elsewhere. CSS has other ways to write it, which the policy of the pages (CSP) stops.
    static func styleFault(_ text: String) -> PageTemplateFault.Reason? {
        let text = text.lowercased().filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
        if text.contains("@import") { return .external("@import") }
        var rest = text[...]
        while let found = rest.firstRange(of: "url(") {
            rest = rest[found.upperBound...]
            if !self.isLocal(String(rest.prefix { $0 != ")" })) { return .external("url()") }
        }
        return nil
    }
}
