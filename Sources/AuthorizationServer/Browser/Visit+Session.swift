internal import Bytes
internal import Cryptography
internal import Endpoints
internal import Stores

/// The session of a browser: its cookie is a secret, of which the store has the digest.
extension Visit {
    /// Who is signed in; nil for nobody, and for somebody who is no user any more.
    ///
    /// Lets the session go on: whoever comes back within `idle` stays signed in.
    func session() throws(EndpointFailure) -> SignedIn? {
        guard let digest = self.sessionDigest else { return nil }
        let now = self.context.now
        let session = try self.context.stored { store throws(StoreError) in try store.session(digest, at: now) }
        guard let session, let user = try self.context.user(named: session.user) else { return nil }
        try self.extend(session)
        return SignedIn(session: session, user: user)
    }

    /// Begins a session, always with a new secret, in place of the one that this browser had. Returns the answer with its
    /// cookie.
    func begin(for user: User, _ answer: EndpointAnswer) throws(EndpointFailure) -> EndpointAnswer {
        let settings = self.context.policy.settings.session
        let secret = RandomSecret()
        let now = self.context.now
        // Who proves again to be there stays in the session that grants and clients know.
        let former = try self.former()
        let continued = former.flatMap { $0.user.hasSameBytes(as: user.name) ? $0 : nil }
        let session = BrowserSession(
            id: continued?.id ?? Base64URL.encode(Randomness.bytes(count: Self.sessionNameByteCount)),
            digest: secret.digest,
            user: user.name,
            authenticated: now,
            authenticationContext: SignedIn.passwordContext,
            idleExpires: now + min(settings.idle, settings.lifetime),
            expires: now + settings.lifetime
        )
        try self.context.stored { store throws(StoreError) in
            if let continued { return try store.renewSession(continued.digest, as: session, at: now) }
            try store.addSession(session, ending: former?.digest, at: now)
        }
        return answer.adding("Set-Cookie", BrowserCookie.identity.line(secret, self.issuer))
    }

    /// Ends the session, and what was granted in it. Returns the answer that makes the browser forget it.
    func end(_ answer: EndpointAnswer) throws(EndpointFailure) -> EndpointAnswer {
        if let digest = self.sessionDigest {
            let now = self.context.now
            let ended = try self.context.stored { store throws(StoreError) in try store.endSession(digest, at: now) }
            if let ended { self.context.note(.signOut, subject: ended.user) }
        }
        return answer.adding("Set-Cookie", BrowserCookie.identity.line(nil, self.issuer))
    }

    // MARK: - Private details

    private var sessionDigest: SecretDigest? {
        BrowserCookie.identity.secret(in: self.context.request, self.issuer)?.digest
    }

    /// 128 bits: a name, and no secret.
    private static let sessionNameByteCount = 16
    /// Writing on each request would make reading as slow as writing: a session slides by at least so much of `idle`.
    private static let stepsOfIdle = 4

    private func extend(_ session: BrowserSession) throws(EndpointFailure) {
        let now = self.context.now
        let idle = self.context.policy.settings.session.idle
        let extended = min(now + idle, session.expires)
        guard extended >= session.idleExpires + idle / Self.stepsOfIdle else { return }
        _ = try self.context.stored { store throws(StoreError) in
            try store.extendSession(session.digest, idleExpires: extended, at: now)
        }
    }

    private func former() throws(EndpointFailure) -> BrowserSession? {
        guard let digest = self.sessionDigest else { return nil }
        let now = self.context.now
        return try self.context.stored { store throws(StoreError) in try store.session(digest, at: now) }
    }
}
