internal import Stores

/// Users and clients that the policy and the store no longer know lose what they were granted.
enum Departures {
    static func revoke(
        _ store: any AuthorizationStore,
        _ policy: ServerPolicy,
        at now: Timestamp
    ) throws(StoreError) {
        let holders = try store.grantHolders(at: now)
        for name in holders.users where policy.user(named: name) == nil {
            if try store.user(named: name) == nil {
                try store.endSessions(ofUser: name, at: now)
                try store.revokeGrants(ofUser: name, at: now)
            }
        }
        for name in holders.clients where policy.client(named: name) == nil {
            if try store.client(named: name) == nil { try store.revokeGrants(ofClient: name, at: now) }
        }
    }
}
