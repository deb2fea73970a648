public import Stores

extension AuthorizationService {
    /// Opens the store of a server for a command beside it, which uses it on its own thread alone. The file and the key
    /// that seals it are made when they are not there: people are added before the first start, too.
    ///
    /// Throws when the store is in memory, where no other process finds it.
    public static func openStore(
        _ settings: AuthorizationServerSettings
    ) throws(AuthorizationStartError) -> SQLiteAuthorizationStore {
        guard settings.store != .memory else {
            throw AuthorizationStartError(
                description: "authorization_server.store is `memory`, which only the running gateway has; for commands "
                    + "beside it, write `store: sqlite:PATH`"
            )
        }
        let ring = try self.ring(settings)
        do throws(StoreError) {
            return try SQLiteAuthorizationStore(self.location(settings.store), ring: ring)
        } catch {
            throw AuthorizationStartError(description: "authorization_server.store: \(error)")
        }
    }
}
