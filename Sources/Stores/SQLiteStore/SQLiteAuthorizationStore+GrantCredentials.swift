internal import Cryptography

extension SQLiteAuthorizationStore {
    public func grant(behind credential: GrantCredential, client: String) throws(StoreError) -> Grant? {
        switch credential {
        case .code(let digest):
            try self.database.first(
                """
                SELECT grants.* FROM authorization_codes JOIN grants ON grants.id = grant_id
                WHERE digest = ? AND grants.client = ?
                """,
                digest,
                client,
                read: Grant.init
            )
        case .refreshToken(let digest):
            try self.database.first(
                """
                SELECT grants.* FROM refresh_tokens JOIN grants ON grants.id = grant_id
                WHERE digest = ? AND grants.client = ?
                """,
                digest,
                client,
                read: Grant.init
            )
        case .deviceCode(let digest):
            try self.database.first(
                """
                SELECT grants.* FROM device_grants JOIN grants ON grants.id = grant_id
                WHERE device_code = ? AND grants.client = ?
                """,
                digest,
                client,
                read: Grant.init
            )
        }
    }
}
