/// What a page may do (CSP Level 3): show its own style sheet and send its forms. No script, nothing fetched, no frame
/// around it (RFC 9700 4.16). In an operator's template its style sheets, too, and images of the gateway's own host or in
/// the page itself.
struct ContentSecurityPolicy: Sendable {
    /// Where the answer to a form may redirect besides this server: browsers hold redirects to `form-action`, too.
    let redirect: WebOrigin?
    let hasForms: Bool
    var template: PageTemplate?

    var value: String {
        "default-src 'none'; style-src \(self.styles); \(self.images)form-action \(self.formAction); frame-ancestors 'none'; "
            + "base-uri 'none'"
    }

    private var styles: String {
        ([StyleSheet.source] + (self.template?.styleSources ?? [])).joined(separator: " ")
    }

    private var images: String { self.template == nil ? "" : "img-src 'self' data:; " }

    private var formAction: String {
        guard self.hasForms else { return "'none'" }
        guard let redirect = self.redirect else { return "'self'" }
        return "'self' \(Self.source(redirect))"
    }

    /// A host source has no room for an IPv6 literal. An application on the person's own device that listens on `[::1]`
    /// gets its whole scheme: without that the browser would not go back to it.
    private static func source(_ origin: WebOrigin) -> String {
        guard origin.isWeb, !origin.authority.hasPrefix("[") else { return "\(origin.scheme):" }
        return "\(origin.scheme)://\(origin.authority)"
    }
}
