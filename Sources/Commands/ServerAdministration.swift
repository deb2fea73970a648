package import AuthorizationServer
package import Stores

/// What the commands do to the authorization server's store, beside a gateway that may be running.
package struct ServerAdministration {
    let settings: AuthorizationServerSettings
    let store: any AuthorizationStore
    let now: Timestamp

    /// - Parameter now: When it all happens.
    package init(_ settings: AuthorizationServerSettings, store: any AuthorizationStore, now: Timestamp) {
        self.settings = settings
        self.store = store
        self.now = now
    }

    /// Adds a key that signs once everybody has it, and returns when that is.
    package func rotateKeys() throws(AdministrationError) -> Timestamp {
        guard !self.settings.keys.algorithm.isSymmetric else { throw .sharedSecret }
        return try Self.stored { () throws(StoreError) in
            // Under another seal nobody could open what is there and what comes now.
            _ = try self.store.signingKeys(at: self.now)
            return try SigningKeyMaker.rotate(self.store, self.settings, at: self.now)
        }
    }

    /// What the store says is what the operator is told.
    static func stored<Result>(_ work: () throws(StoreError) -> Result) throws(AdministrationError) -> Result {
        do {
            return try work()
        } catch {
            throw .store(error)
        }
    }
}
