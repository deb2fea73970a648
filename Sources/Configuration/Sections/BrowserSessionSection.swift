import Bytes
import Cryptography
import JOSE
import Login
import OAuth

// `login.session` and `login.cookie`: how long a browser stays signed in, and what it keeps.

extension PolicyReader {
    /// To rotate a key one keeps the old ones for a while; each is tried on a cookie.
    private static let maximumSessionKeys = 16
    /// A name is in each request of each browser.
    private static let maximumCookieNameBytes = 64

    func browserSessions(_ field: PolicyField) -> SessionSettings? {
        guard let section = self.section(field) else { return nil }
        var session = SessionSettings()
        section.read("store", into: &session.store, self.sessionStore)
        section.read("lifetime", into: &session.lifetime) { self.wholeSeconds($0, in: Self.sessionBounds) }
        section.read("idle", into: &session.idle) { self.wholeSeconds($0, in: Self.sessionBounds) }
        section.read("keys", into: &session.keys, self.sessionKeys)
        section.finish()
        if let field = section.field("idle"), session.idle > session.lifetime {
            self.warning(field, Self.pointless(beyond: "lifetime", session.lifetime))
        }
        return session
    }

    private func sessionStore(_ field: PolicyField) -> SessionSettings.Store? {
        let store: SessionSettings.Store? = self.word(field, ["cookie": .cookie, "state": .state])
        if store == .state && !self.hasState {
            self.warning(
                field,
                "there is no `state` at the top of this policy: sessions are kept by this process alone, and end with it"
            )
        }
        return store
    }

    // MARK: - Keys

    private func sessionKeys(_ field: PolicyField) -> [SealingKey]? {
        guard let keys = self.list(field, self.sessionKey) else { return nil }
        guard field.elements.count <= Self.maximumSessionKeys else {
            self.error(field, "at most \(Self.maximumSessionKeys) keys")
            return nil
        }
        for (index, key) in keys.enumerated() where keys[..<index].contains(key) {
            self.error(field, "a key stands here twice")
            return nil
        }
        return keys
    }

    private func sessionKey(_ field: PolicyField) -> SealingKey? {
        guard let scalar = self.scalar(field, "a key"), !scalar.isUnset else { return nil }
        let digits = Array(scalar.text.utf8)
        guard let bytes = Base64URL.decode(eitherAlphabet: digits.span), let key = SealingKey(bytes) else {
            self.error(field, "expected 32 bytes in base64; \(Self.makeSessionKey)")
            return nil
        }
        guard !SecretKey.isGuessable(bytes) else {
            self.error(field, "this key looks like words or a pattern; \(Self.makeSessionKey)")
            return nil
        }
        if scalar.standsInFile {
            self.warning(field, "whoever reads the policy can make sessions of anybody; \(Self.secretReference)")
        }
        return key
    }

    private static let makeSessionKey = "`gatehouse keys generate --session` prints a random one"

    func warnOfMissingKeys(_ section: Section) {
        let field = section.field("session")
        guard field?.member("keys") == nil, field.map(self.isUnset) != true else { return }
        self.warning(
            field ?? section.field,
            "without `session.keys` sessions end with the process, and several replicas cannot read each other's; "
                + Self.makeSessionKey
        )
    }

    // MARK: - Cookie

    func sessionCookie(_ field: PolicyField) -> CookieSettings? {
        guard let section = self.section(field) else { return nil }
        var cookie = CookieSettings()
        section.read("name", into: &cookie.name, self.cookieName)
        section.read("same_site", into: &cookie.sameSite) {
            self.word($0, ["lax": .lax, "strict": .strict, "none": CookieSettings.SameSite.none])
        }
        section.read("domain", into: &cookie.domain, self.cookieDomain)
        section.finish()
        return cookie
    }

    /// Browsers have a list of the suffixes below which anybody may have a domain (RFC 6265, section 5.3, step 5). What has no
    /// dot is on it, or may be any day.
    private func cookieDomain(_ field: PolicyField) -> String? {
        let domain = self.parsed(field, "a domain such as `example.com`") { text in
            PolicyURL.isHost(text.lowercased()) && PolicyReader.literal(text) == nil ? text.lowercased() : nil
        }
        guard let domain else { return nil }
        guard domain.utf8.contains(UInt8(ascii: ".")) else {
            self.error(
                field,
                "browsers take no cookie for all that ends like this; name a domain of your own, such as `example.com`"
            )
            return nil
        }
        return domain
    }

    private func cookieName(_ field: PolicyField) -> String? {
        let maximum = Self.maximumCookieNameBytes
        let expected = "the name of a cookie: up to \(maximum) letters, digits and signs such as `_`"
        let name = self.parsed(field, expected) { text in
            text.utf8.count <= maximum && text.utf8Span.span.isToken ? text : nil
        }
        guard let name else { return nil }
        guard !["__host-", "__secure-"].contains(where: name.lowercased().hasPrefix) else {
            self.error(field, "`__Host-` is put before the name where the cookie may have it; leave it out")
            return nil
        }
        return name
    }

    /// What `base_url` has to say about the cookie.
    func checkCookie(_ settings: LoginSettings, _ section: Section) {
        let field = section.field("cookie")
        if settings.cookie.sameSite == .none, !settings.baseURL.isSecure, let field = field?.member("same_site") {
            self.error(
                field,
                "browsers take `none` with https alone, and `base_url` is http; write `lax`, or give it an https address"
            )
        }
        let own = Set([settings.cookie.name, settings.cookie.name + "_flow"].flatMap { [$0, "__Host-" + $0] })
        if let field = field?.member("name"),
            self.authorizationServer?.cookieNames.contains(where: own.contains) == true
        {
            self.error(field, "the authorization server has a cookie of this name; choose another")
        }
        guard let domain = settings.cookie.domain, let field = field?.member("domain") else { return }
        let host = settings.baseURL.host
        guard host == domain || host.hasSuffix("." + domain) else {
            self.error(field, "browsers refuse it: the host of `base_url` is neither this domain nor below it")
            return
        }
    }
}
