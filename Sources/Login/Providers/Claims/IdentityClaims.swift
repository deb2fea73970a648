internal import Bytes
internal import JOSE

/// What is made of the claims of a provider: one set, in which the usual names have the usual types.
enum IdentityClaims {
    /// The claims of the ID token, and those of the user info that it lacks.
    ///
    /// `email_verified` is of one address: that of the user info says nothing of another one in the ID token.
    static func merged(_ token: JSONValue, _ userInfo: JSONValue) -> JSONValue {
        var claims = token
        for member in userInfo.members ?? [] where token[member.name] == nil {
            let isOfAnother =
                member.name.hasSameBytes(as: "email_verified") && token["email"] != nil
                && token["email"] != userInfo["email"]
            if !isOfAnother { claims = claims.with(member.name, member.value) }
        }
        return claims
    }

    /// Whether user info can have something that was asked for by `scopes` (OpenID Connect Core 1.0, section 5.4).
    static func lack(_ claims: JSONValue, scopes: [String], needsGroups: Bool) -> Bool {
        if scopes.contains("profile"), claims["name"] == nil { return true }
        if scopes.contains("email"), claims["email"] == nil || claims["email_verified"] == nil { return true }
        return needsGroups && claims["groups"] == nil
    }

    /// Claims whose usual names have the usual types: `name`, `email`, `preferred_username` and `picture` are texts,
    /// `email_verified` is true or false, `groups` is a list of texts. What is anything else is left out.
    static func normalised(_ claims: JSONValue, by preset: ProviderSettings.Preset?) -> JSONValue {
        var result = claims
        for name in ["name", "email", "preferred_username", "picture"] {
            if claims[name]?.string?.isEmpty ?? true { result = result.with(name, nil) }
        }
        // Of use in one sign-in, and in a session only in the way.
        for name in ["nonce", "at_hash", "c_hash"] where claims[name] != nil { result = result.with(name, nil) }
        let groups = self.groups(in: claims, of: preset)
        return result.with("groups", groups.map { .array($0.map(JSONValue.string)) })
            .with("email_verified", self.isEmailVerified(in: claims, of: preset).map(JSONValue.bool))
    }

    // MARK: - Private details

    private static func groups(in claims: JSONValue, of preset: ProviderSettings.Preset?) -> [String]? {
        if let groups = claims["groups"]?.texts { return groups }
        switch preset {
        case .keycloak: return claims["realm_access"]?["roles"]?.texts
        case .auth0: return self.namespacedGroups(in: claims)
        case .google, .entra, nil: return nil
        }
    }

    /// Auth0 takes claims of one's own only under a URL as their name. Two of them would be a matter of luck.
    private static func namespacedGroups(in claims: JSONValue) -> [String]? {
        let found = (claims.members ?? []).filter { $0.name.hasPrefix("https://") && $0.name.hasSuffix("/groups") }
        return found.count == 1 ? found[0].value.texts : nil
    }

    /// JSON's true and false alone. Entra has no `email_verified`; its `xms_edov` says whether the owner of the domain of the
    /// address is verified.
    private static func isEmailVerified(in claims: JSONValue, of preset: ProviderSettings.Preset?) -> Bool? {
        if case .bool(let truth)? = claims["email_verified"] { return truth }
        guard preset == .entra, claims["email_verified"] == nil, case .bool(let truth)? = claims["xms_edov"] else {
            return nil
        }
        return truth
    }
}
