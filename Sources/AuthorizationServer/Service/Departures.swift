internal import Stores

/// Users and clients that the policy and the store no longer know lose what they were granted: who comes later under the same
/// name inherits nothing.
enum Departures {
    static func revoke(
        _ store: any AuthorizationStore,
        _ policy: ServerPolicy,
        at now: Timestamp
    ) throws(StoreError) {
        let holders = try store.grantHolders(at: now)
        for name in holders.users where policy.user(named: name) == nil {
            if try store.user(named: name) == nil { try store.forget(user: name, at: now) }
        }
        for name in holders.clients where policy.client(named: name) == nil {
            if try store.client(named: name) == nil { try store.forget(client: name, at: now) }
        }
    }

    /// The users of a policy who have another password in the next one. They sign in again (RFC 9700, section 4.14.2).
    static func withNewPassword(_ former: AuthorizationServerSettings, _ next: AuthorizationServerSettings) -> [String]
    {
        let hashes = Dictionary(next.users.map { ($0.name, $0.passwordHash.text) }, uniquingKeysWith: { one, _ in one })
        return former.users.filter { user in
            hashes[user.name].map { !$0.utf8.elementsEqual(user.passwordHash.text.utf8) } ?? false
        }.map(\.name)
    }
}
