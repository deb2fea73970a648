internal import Stores

/// Names that stand in the policy and in the store: nobody could tell which of both is meant.
enum NameConflicts {
    /// A sentence for each, with the way out.
    static func find(_ store: any AuthorizationStore, _ settings: AuthorizationServerSettings) throws(StoreError)
        -> [String]
    {
        var sentences: [String] = []
        for user in settings.users {
            if try store.user(named: user.name) != nil { sentences.append(self.sentence("user", "users", user.name)) }
        }
        for client in settings.clients {
            if try store.client(named: client.name) != nil {
                sentences.append(self.sentence("client", "clients", client.name))
            }
        }
        return sentences
    }

    private static func sentence(_ kind: StaticString, _ key: StaticString, _ name: String) -> String {
        """
        authorization_server.\(key).\(name): the store has a \(kind) of that name, too; take it out of the policy, or \
        `gatehouse \(key) remove \(name)`
        """
    }
}
