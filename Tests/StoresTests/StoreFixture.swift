import Cryptography
import Testing

@testable import Stores

/// What tests of the store begin with.
enum Fixture {
    static let now = Timestamp(seconds: 1_800_000_000)
    /// RFC 7638, section 3.1.
    static let thumbprint = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    static let ring = SealingRing(.generate())

    static func memory() throws -> SQLiteAuthorizationStore {
        try SQLiteAuthorizationStore(.memory, ring: Self.ring)
    }

    static func open(_ path: String, busyTimeout: Duration = .seconds(20)) throws -> SQLiteAuthorizationStore {
        try SQLiteAuthorizationStore(.file(path), ring: Self.ring, busyTimeout: busyTimeout)
    }

    static func grant(
        user: String? = "alice",
        client: String = "docs",
        session: String? = nil,
        expires: Duration = .seconds(3600)
    ) -> Grant {
        Grant(
            user: user,
            client: client,
            scopes: ["openid", "items:read"],
            resources: ["https://api.example.com/orders"],
            session: session,
            authenticated: Self.now - .seconds(5),
            authenticationContext: "urn:acr:1",
            created: Self.now,
            expires: Self.now + expires
        )
    }

    static func code(_ secret: RandomSecret, grant: Grant = Self.grant(expires: .seconds(60))) -> AuthorizationCode {
        AuthorizationCode(
            digest: secret.digest,
            grant: grant,
            redirectURI: "http://127.0.0.1:8080/callback",
            challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            nonce: "n-0S6_WzA2Mj",
            keyThumbprint: Self.thumbprint,
            expires: Self.now + .seconds(60)
        )
    }

    static func refreshToken(_ secret: RandomSecret, thumbprint: String? = nil) -> FirstRefreshToken {
        FirstRefreshToken(
            digest: secret.digest,
            idleExpires: Self.now + .seconds(600),
            expires: Self.now + .seconds(3000),
            keyThumbprint: thumbprint
        )
    }

    static func rotation(
        _ secret: RandomSecret,
        client: String = "docs",
        thumbprint: String? = nil,
        grace: Duration = .seconds(10),
        at now: Timestamp = Self.now
    ) -> RefreshRotation {
        RefreshRotation(
            presented: secret.digest,
            client: client,
            keyThumbprint: thumbprint,
            idleExpires: now + .seconds(600),
            grace: grace
        )
    }
}

extension AuthorizationStore {
    func redeem(
        _ secret: RandomSecret,
        client: String = "docs",
        issuing token: RandomSecret? = nil,
        at now: Timestamp = Fixture.now
    ) throws(StoreError) -> CodeRedemption {
        try self.redeemCode(
            secret.digest,
            client: client,
            grantExpires: now + .seconds(3600),
            issuing: token.map { Fixture.refreshToken($0) },
            at: now
        )
    }

    /// A grant with its first refresh token.
    func issue(_ secret: RandomSecret, grant: Grant = Fixture.grant(), thumbprint: String? = nil) throws(StoreError) {
        let token = Fixture.refreshToken(secret, thumbprint: thumbprint)
        try self.addGrant(grant, issuing: token, at: Fixture.now)
    }
}

extension RefreshOutcome {
    var rotated: RandomSecret? {
        guard case .rotated(let successor, _) = self else { return nil }
        return successor
    }

    var repeated: RandomSecret? {
        guard case .repeated(let successor, _) = self else { return nil }
        return successor
    }

    var reused: GrantID? {
        guard case .reused(let grant) = self else { return nil }
        return grant
    }

    var isUnknown: Bool {
        guard case .unknown = self else { return false }
        return true
    }
}
