import JOSE
import Login
import Telemetry

// How a provider is spoken to, and how the gateway proves to it who asks.

extension PolicyReader {
    private enum Product {
        case openID(ProviderSettings.Preset)
        case github
    }

    private static let products: KeyValuePairs<String, Product> = [
        "google": .openID(.google), "github": .github, "auth0": .openID(.auth0), "keycloak": .openID(.keycloak),
        "entra": .openID(.entra),
    ]

    private static let googleIssuer = "https://accounts.google.com"

    /// By `issuer` and `preset`. Nil when it is wrong, or not known.
    func providerKind(_ section: Section) -> ProviderSettings.Kind? {
        let issuer = section.field("issuer")
        guard let preset = section.field("preset") else {
            guard let issuer else {
                self.error(section.field, "one of `issuer`, `preset` and `embedded: true` says who signs people in")
                return nil
            }
            return self.providerIssuer(issuer).map { .issuer($0, preset: nil) }
        }
        switch self.word(preset, Self.products) {
        case nil:
            return nil
        case .github:
            return .github
        case .openID(.google):
            return self.refuseIssuer(issuer) ? nil : .issuer(Self.googleIssuer, preset: .google)
        case .openID(let product):
            return self.issuer(of: product, issuer, section).map { .issuer($0, preset: product) }
        }
    }

    /// Whether there is an issuer where none may be.
    private func refuseIssuer(_ issuer: PolicyField?) -> Bool {
        guard let issuer else { return false }
        self.error(issuer, "`preset` implies it; leave it out")
        return true
    }

    private func issuer(of product: ProviderSettings.Preset, _ field: PolicyField?, _ section: Section) -> String? {
        guard let field else {
            self.error(section.field, "`issuer` is missing; for this preset it is like `\(Self.example(of: product))`")
            return nil
        }
        guard let issuer = self.providerIssuer(field) else { return nil }
        // It signs tokens with the issuer of each person's own tenant.
        let shared = ["/common/", "/organizations/", "/consumers/"]
        guard product != .entra || !shared.contains(where: { issuer.range(ofText: $0) != nil }) else {
            self.error(field, "this is no tenant's issuer; name yours: `\(Self.example(of: product))`")
            return nil
        }
        return issuer
    }

    /// A GitHub Enterprise Server, whose interface is below `/api/v3`.
    func gitHubServer(_ field: PolicyField) -> ProviderSettings.Endpoints? {
        guard let text = self.providerIssuer(field) else { return nil }
        guard let server = BaseURL(text), server.host != "github.com" else {
            let example = "`https://github.example.com`"
            self.error(field, "expected the server of a company, such as \(example); github.com is implied")
            return nil
        }
        return ProviderSettings.Endpoints(web: server.text, api: server.text + "/api/v3")
    }

    private static func example(of product: ProviderSettings.Preset) -> String {
        switch product {
        case .google: Self.googleIssuer
        case .auth0: "https://TENANT.eu.auth0.com/"
        case .keycloak: "https://HOST/realms/REALM"
        case .entra: "https://login.microsoftonline.com/TENANT-ID/v2.0"
        }
    }

    private func providerIssuer(_ field: PolicyField) -> String? {
        guard let scalar = self.scalar(field, "an address"), !scalar.isUnset else { return nil }
        guard let url = PolicyURL(scalar.text), !url.hasQuery else {
            self.error(field, "expected an address such as `https://login.example.com`, found \(scalar.quoted)")
            return nil
        }
        guard url.isSecure || url.isLoopback && !url.host.hasSuffix(".localhost") else {
            self.error(field, "http is for this machine alone (127.0.0.1, [::1], localhost); codes need https")
            return nil
        }
        return scalar.text
    }

    // MARK: - Client authentication

    /// Nil when it is wrong, or not known.
    func providerAuthentication(
        _ section: Section,
        _ kind: ProviderSettings.Kind?
    ) -> ProviderSettings.Authentication? {
        let secret = section.field("client_secret")
        let key = section.field("private_key")
        guard (secret == nil) != (key == nil) else {
            self.error(
                section.field,
                "exactly one of `client_secret` and `private_key` proves to the provider that the gateway asks"
            )
            return nil
        }
        guard let key else { return secret.flatMap(self.providerSecret).map { .secret(Redacted($0)) } }
        guard kind != .github else {
            self.error(key, "GitHub knows its clients by `client_secret` alone")
            return nil
        }
        return self.providerKey(key).map { .privateKey(Redacted($0)) }
    }

    private func providerSecret(_ field: PolicyField) -> String? {
        guard let secret = self.credential(field) else { return nil }
        if let scalar = field.scalar, !scalar.isUnset, scalar.standsInFile {
            self.warning(field, "whoever reads the policy has the secret; \(Self.secretReference)")
        }
        return secret
    }

    /// A client's name or secret: visible ASCII and spaces (RFC 6749, appendix A.1 and A.2). No message repeats it.
    func credential(_ field: PolicyField) -> String? {
        guard let scalar = self.scalar(field, "text") else { return nil }
        // What is not known stands for something that is right, so that the provider is there to look at.
        if scalar.isUnset { return scalar.text }
        guard !scalar.text.isEmpty, scalar.text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            self.error(field, "expected printable ASCII in one line (RFC 6749, appendix A)")
            return nil
        }
        return scalar.text
    }

    private func providerKey(_ field: PolicyField) -> String? {
        // What stands here may be the key itself, which no message repeats.
        if case .scalar(let scalar) = field.node.content, !scalar.isUnset, !scalar.isNull {
            self.error(field, "expected `{ file: PATH }`: the key itself does not stand in the policy")
            return nil
        }
        guard let section = self.section(field) else { return nil }
        defer { section.finish() }
        return section.required("file", because: "a private key, as PEM text or JWK", self.signingKeyText)
    }

    private func signingKeyText(_ field: PolicyField) -> String? {
        guard let text = self.fileText(field) else { return nil }
        do {
            guard try SigningKey(parsing: text.utf8Span.span).published != nil else {
                self.error(field, "this is a shared secret; the gateway signs with the private key of a pair")
                return nil
            }
            return text
        } catch {
            self.error(field, "no private key: \(error)")
            return nil
        }
    }
}
