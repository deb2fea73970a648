internal import Stores

/// Users and clients that the policy and the store no longer know lose what they were granted: who comes later under the same
/// name inherits nothing. Users of the policy who have another password sign in again, also when it changed while no gateway
/// ran.
enum Departures {
    static func revoke(
        _ store: any AuthorizationStore,
        _ policy: ServerPolicy,
        at now: Timestamp
    ) throws(StoreError) {
        let passwords = policy.settings.users.map { PolicyPassword(user: $0.name, hash: $0.passwordHash) }
        try store.adoptPolicyPasswords(passwords, at: now)
        let holders = try store.grantHolders(at: now)
        for name in holders.users where policy.user(named: name) == nil {
            if try store.user(named: name) == nil { try store.forget(user: name, at: now) }
        }
        for name in holders.clients where policy.client(named: name) == nil {
            if try store.client(named: name) == nil { try store.forget(client: name, at: now) }
        }
    }
}
