import AuthorizationServer
import Cryptography
import OAuth

// `issuers.NAME` with `embedded: true`: the tokens of the authorization server in this process.

extension PolicyReader {
    /// What other issuers say and an embedded one implies.
    private static let impliedKeys = ["issuer", "algorithms", "keys", "types", "key_refresh", "tls"]

    func embeddedIssuer(_ section: Section, named name: String) -> IssuerSettings? {
        for key in Self.impliedKeys {
            guard let field = section.field(key) else { continue }
            self.error(field, "`embedded` implies it; leave it out", at: section.keyPosition(key))
        }
        let audiences = section.required(
            "audiences",
            because: "one of them must be in `aud`; `any` accepts all",
            self.audiences
        )
        guard let server = self.embeddedServer(section) else {
            var ignored = Self.unusedIssuer
            self.readRequirements(section, into: &ignored)
            section.finish()
            return nil
        }
        var settings = IssuerSettings(
            name: name,
            issuer: server.issuer.text,
            audiences: audiences ?? .any,
            // Keys of an algorithm before a change of it are published until their last token is over.
            algorithms: server.keys.algorithm.isSymmetric
                ? [server.keys.algorithm] : SignatureAlgorithm.allCases.filter { !$0.isSymmetric },
            keys: .embedded
        )
        // An ID token is for the client that asked for it, and opens nothing here (RFC 9068, section 2.1).
        settings.types = ["at+jwt"]
        self.readRequirements(section, into: &settings)
        section.finish()
        self.checkEmbedded(settings, server, section)
        return audiences == nil ? nil : settings
    }

    /// Nil without one, which is said here, and when it is wrong, which was said there.
    private func embeddedServer(_ section: Section) -> AuthorizationServerSettings? {
        if !self.hasAuthorizationServer, let field = section.field("embedded") {
            self.error(field, "there is no `authorization_server` in this policy whose tokens these would be")
        }
        return self.authorizationServer
    }

    private func checkEmbedded(_ settings: IssuerSettings, _ server: AuthorizationServerSettings, _ section: Section) {
        if let field = section.field("embedded") { self.checkUnique(settings.issuer, field) }
        guard let field = section.field("audiences"), case .oneOf(let names) = settings.audiences else { return }
        for (name, element) in zip(names, field.elements) where !self.isUnset(element) && !server.hasAudience(name) {
            self.warning(element, "no token has this audience; it is not in `authorization_server.audiences`")
        }
    }

    private static var unusedIssuer: IssuerSettings {
        IssuerSettings(name: "", issuer: "", audiences: .any, algorithms: [], keys: .embedded)
    }
}
