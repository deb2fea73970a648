public import Stores

extension AuthorizationService {
    /// Opens the store of a server for a command beside it, which uses it on its own thread alone.
    ///
    /// Throws when the store is in memory, where no other process finds it.
    ///
    /// - Parameter mayMake: Whether file and sealing key are made when they are not there: people are added before the first
    ///   start, too. What only looks at a store must not make an empty one of a misspelt path.
    public static func openStore(
        _ settings: AuthorizationServerSettings,
        mayMake: Bool
    ) throws(AuthorizationStartError) -> SQLiteAuthorizationStore {
        guard settings.store != .memory else {
            throw AuthorizationStartError(
                .store,
                "`memory` is what only the running gateway has; for commands beside it, write `sqlite:PATH`"
            )
        }
        if case .sqlite(let path) = settings.store, !mayMake, !DataDirectory.has(path) {
            throw AuthorizationStartError(.store, "there is no \(path) yet; the gateway's first start makes it")
        }
        let ring = try self.ring(settings)
        do throws(StoreError) {
            return try SQLiteAuthorizationStore(self.location(settings.store), ring: ring)
        } catch {
            throw AuthorizationStartError(.store, "\(error)")
        }
    }
}
