internal import Cryptography
internal import JOSE
internal import Login
internal import Trust

/// What a provider's metadata means for sign-in. What it cannot go without, the provider itself says first.
struct ProviderFindings {
    let settings: ProviderSettings
    let issuer: String

    private var subject: Finding.Subject { .provider(self.settings.name) }

    /// Documents have come.
    func fetched(_ outcome: KeyFetch.Outcome, within milliseconds: UInt64, clock: ClockDifference?) -> [Finding] {
        let metadata = outcome.metadata ?? [:]
        let faults = self.faults(metadata) + self.keyFaults(outcome.set, metadata) + self.clockFaults(clock)
        guard !faults.contains(where: { $0.verdict == .failure }) else { return faults }
        let ways = self.ways(metadata).map { $0 + ", " }.joined()
        let text = "\(self.issuer): discovery and keys, \(ways)\(milliseconds) ms"
        return [.ok(self.subject, text)] + faults
    }

    func failed(_ failure: KeyFetchFailure) -> [Finding] {
        let path = "login.providers.\(self.settings.name)"
        let remedy = failure.remedy(authorities: "\(path).tls.ca", key: "issuer")
        return [.failure(self.subject, "\(failure)", remedy: remedy)]
    }

    // MARK: - Metadata

    /// OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2.
    private func faults(_ metadata: JSONValue) -> [Finding] {
        var faults: [Finding] = []
        if self.lacks("code", in: metadata["response_types_supported"]) {
            faults.append(self.fault("its response_types_supported lack `code`", "let it offer the code flow"))
        }
        if self.lacks("authorization_code", in: metadata["grant_types_supported"]) {
            faults.append(
                self.fault("its grant_types_supported lack `authorization_code`", "let it offer the code flow")
            )
        }
        faults += self.challengeFaults(metadata["code_challenge_methods_supported"])
        if self.takesNone(metadata["token_endpoint_auth_methods_supported"]) {
            faults.append(
                self.fault(
                    "its token_endpoint_auth_methods_supported have no place for \(self.proof)",
                    "give the gateway another proof: `client_secret` or `private_key`"
                )
            )
        }
        return faults
    }

    /// RFC 7636; each sign-in of the gateway is bound to its browser by S256.
    private func challengeFaults(_ methods: JSONValue?) -> [Finding] {
        if self.lacks("S256", in: methods) {
            return [self.fault("its code_challenge_methods_supported lack `S256`", "let it take PKCE with S256")]
        }
        // Microsoft's metadata never says so, and its documentation does.
        guard methods?.array == nil, !self.isEntra else { return [] }
        let text = "its metadata does not say that it takes PKCE with S256; sign-in sends it always"
        return [.warning(self.subject, text, remedy: "see its documentation")]
    }

    private func keyFaults(_ set: JSONWebKeySet, _ metadata: JSONValue) -> [Finding] {
        let named = metadata["id_token_signing_alg_values_supported"]?.array?.compactMap(\.string) ?? ["RS256"]
        let fits = set.keys.contains { key in named.contains { SignatureAlgorithm(name: $0).map(key.fits) ?? false } }
        guard !fits else { return [] }
        let text = "it publishes no key for \(named.joined(separator: ", ")), with which it signs ID tokens"
        return [self.fault(text, "ask those who run it")]
    }

    private func clockFaults(_ clock: ClockDifference?) -> [Finding] {
        // As for the tokens of an issuer of which the policy says nothing: so ID tokens are checked.
        [clock?.finding(on: self.subject, leeway: Self.leeway)].compactMap { $0 }
    }

    private static let leeway: Int64 = 30

    // MARK: - Private details

    private func fault(_ text: String, _ remedy: String) -> Finding {
        .failure(self.subject, "\(self.issuer): \(text)", remedy: remedy)
    }

    /// What is not there says nothing.
    private func lacks(_ word: String, in list: JSONValue?) -> Bool {
        list?.array.map { !$0.contains(.string(word)) } ?? false
    }

    private var isEntra: Bool {
        if case .issuer(_, preset: .entra) = self.settings.kind { true } else { false }
    }

    private var methods: [String] {
        switch self.settings.authentication {
        case .secret: ["client_secret_basic", "client_secret_post"]
        case .privateKey: ["private_key_jwt"]
        case .embedded: []
        }
    }

    private var proof: String {
        switch self.settings.authentication {
        case .secret: "a client_secret"
        case .privateKey: "a private_key"
        case .embedded: "the embedded server"
        }
    }

    private func takesNone(_ list: JSONValue?) -> Bool {
        !self.methods.isEmpty && self.methods.allSatisfy { self.lacks($0, in: list) }
    }

    /// What sign-in will make use of there.
    private func ways(_ metadata: JSONValue) -> [String] {
        let methods = metadata["token_endpoint_auth_methods_supported"]
        let isBound = metadata["code_challenge_methods_supported"]?.array?.contains("S256") ?? false
        let pushes = metadata["pushed_authorization_request_endpoint"]?.string != nil
        let authentication = self.methods.first { !self.lacks($0, in: methods) }
        return (isBound ? ["S256"] : []) + [authentication].compactMap { $0 } + (pushes ? ["pushed requests"] : [])
    }
}
