internal import Cryptography

extension SQLiteAuthorizationStore {
    public func grant(behind credential: GrantCredential, client: String) throws(StoreError) -> Grant? {
        let (statement, digest) = Self.search(for: credential)
        return try self.database.first(statement, digest, client, read: Grant.init)
    }

    private static func search(for credential: GrantCredential) -> (StaticString, SecretDigest) {
        switch credential {
        case .code(let digest):
            (
                """
                SELECT grants.id, grants.user, grants.client, grants.scopes, grants.resources, grants.session,
                grants.authenticated_at, grants.authentication_context, grants.created_at, grants.expires_at,
                grants.revoked_at
                FROM authorization_codes JOIN grants ON grants.id = grant_id
                WHERE digest = ? AND grants.client = ?
                """, digest
            )
        case .refreshToken(let digest):
            (
                """
                SELECT grants.id, grants.user, grants.client, grants.scopes, grants.resources, grants.session,
                grants.authenticated_at, grants.authentication_context, grants.created_at, grants.expires_at,
                grants.revoked_at
                FROM refresh_tokens JOIN grants ON grants.id = grant_id
                WHERE digest = ? AND grants.client = ?
                """, digest
            )
        case .deviceCode(let digest):
            (
                """
                SELECT grants.id, grants.user, grants.client, grants.scopes, grants.resources, grants.session,
                grants.authenticated_at, grants.authentication_context, grants.created_at, grants.expires_at,
                grants.revoked_at
                FROM device_grants JOIN grants ON grants.id = grant_id
                WHERE device_code = ? AND grants.client = ?
                """, digest
            )
        }
    }
}
