package import AuthorizationServer
internal import Bytes
internal import Configuration
internal import Cryptography
internal import JOSE
internal import Stores

/// A client as `clients add` describes one.
package struct ClientDraft: Sendable {
    package var name: String
    package var displayName: String?
    package var authentication: ClientAuthenticationMethod
    package var redirectURIs: [String] = []
    package var postLogoutRedirectURIs: [String] = []
    package var grants: [String] = []
    package var scopes: [String] = []
    package var introspects: [String] = []
    package var requiresPushedRequests = false

    package init(name: String, authentication: ClientAuthenticationMethod) {
        self.name = name
        self.authentication = authentication
    }

    /// The public keys of a client that signs. Throws `invalid` for a text that has none, or a private one.
    package static func keys(_ text: [UInt8]) throws(AdministrationError) -> ClientAuthenticationMethod {
        let set: JSONWebKeySet
        do {
            set = try JSONWebKeySet(parsing: text.span)
        } catch {
            throw .invalid("--jwks", reason: "\(error)")
        }
        guard !set.keys.isEmpty else { throw .invalid("--jwks", reason: "no key in it can be used") }
        return .keys(set)
    }

    /// The client, by the rules of the policy.
    func client(of settings: AuthorizationServerSettings) throws(AdministrationError) -> Client {
        guard Client.isName(self.name) else {
            let limit = Client.maximumNameByteCount
            throw .invalid("NAME", reason: "a client's name is 1 to \(limit) letters, digits, `-`, `_` and `.`")
        }
        var client = Client(name: self.name, authentication: self.authentication)
        client.displayName = self.displayName
        client.redirectURIs = try Self.addresses(self.redirectURIs, "--redirect-uri")
        client.postLogoutRedirectURIs = try Self.addresses(self.postLogoutRedirectURIs, "--post-logout-redirect-uri")
        client.grants = try Self.grants(self.grants)
        client.scopes = try Self.scopes(self.scopes, of: settings)
        for audience in self.introspects where !settings.hasAudience(audience) {
            throw .unknownWord(
                "--introspect \(audience)",
                "not in `authorization_server.audiences`",
                meant: Suggestion.closest(to: audience, among: settings.audiences)
            )
        }
        client.introspects = self.introspects
        client.requiresPushedRequests = self.requiresPushedRequests
        if let fault = client.faults.first { throw .invalid("client \(self.name)", reason: fault.description) }
        return client
    }

    /// Scopes that the policy knows, each once.
    static func scopes(
        _ scopes: [String],
        of settings: AuthorizationServerSettings
    ) throws(AdministrationError) -> [String] {
        for scope in scopes where !settings.hasScope(scope) {
            let known = ScopeName.builtIn + settings.scopes.map(\.name)
            throw .unknownWord(
                "--scope \(scope)",
                "unknown; `authorization_server.scopes` has the known ones",
                meant: Suggestion.closest(to: scope, among: known)
            )
        }
        return scopes.enumerated().filter { index, scope in !scopes[..<index].contains(scope) }.map(\.element)
    }

    // MARK: - Private details

    private static func addresses(_ texts: [String], _ option: String) throws(AdministrationError) -> [String] {
        for text in texts {
            do {
                _ = try RedirectURI(text)
            } catch {
                throw .invalid("\(option) \(UserPart.hidden(in: text))", reason: "\(error)")
            }
        }
        return texts
    }

    private static func grants(_ words: [String]) throws(AdministrationError) -> Set<GrantType> {
        var grants: Set<GrantType> = []
        for word in words {
            guard let grant = GrantType(rawValue: word) else {
                let known = GrantType.allCases.filter { !$0.isLegacy }.map(\.rawValue)
                throw .unknownWord(
                    "--grant \(word)",
                    "unknown; there are \(known.joined(separator: ", "))",
                    meant: Suggestion.closest(to: word, among: known)
                )
            }
            guard !grant.isLegacy else {
                throw .invalid("--grant \(word)", reason: "only a client of the policy has it, in its `legacy`")
            }
            grants.insert(grant)
        }
        return grants
    }
}
