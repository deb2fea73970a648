internal import Stores

/// Names that stand in the policy and in the store: nobody could tell which of both is meant.
enum NameConflicts {
    /// A fault for each, with the way out.
    static func find(_ store: any AuthorizationStore, _ settings: AuthorizationServerSettings) throws(StoreError)
        -> [SettingFault]
    {
        var faults: [SettingFault] = []
        for user in settings.users {
            if try store.user(named: user.name) != nil { faults.append(self.fault("user", "users", user.name)) }
        }
        for client in settings.clients {
            if try store.client(named: client.name) != nil {
                faults.append(self.fault("client", "clients", client.name))
            }
        }
        return faults
    }

    private static func fault(_ kind: StaticString, _ key: StaticString, _ name: String) -> SettingFault {
        SettingFault(
            path: ["authorization_server", "\(key)", name],
            reason: "the store has a \(kind) of that name, too; take it out of the policy, or "
                + "`gatehouse \(key) remove \(name)`"
        )
    }
}
