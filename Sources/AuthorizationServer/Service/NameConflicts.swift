internal import Stores
internal import Telemetry

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

    static func search(
        _ store: any AuthorizationStore,
        _ settings: AuthorizationServerSettings
    ) -> Result<[SettingFault], StoreError> {
        Result { () throws(StoreError) in try self.find(store, settings) }
    }

    private static func fault(_ kind: StaticString, _ key: StaticString, _ name: String) -> SettingFault {
        SettingFault(
            path: ["authorization_server", "\(key)", name],
            reason: "the store has a \(kind) of that name, too; take it out of the policy, or "
                + "`gatehouse \(key) remove \(name)`"
        )
    }
}

/// A search for names on the store's thread, while another thread waits for what it finds.
///
/// `@unchecked Sendable`: `found` is touched with `monitor` locked.
final class NameSearch: @unchecked Sendable {
    private let monitor = Monitor()
    private var found: Result<[SettingFault], StoreError>?

    func end(_ found: Result<[SettingFault], StoreError>) {
        self.monitor.locked {
            self.found = found
            self.monitor.wake()
        }
    }

    /// What was found; nil if that takes longer than so many nanoseconds.
    func wait(for nanoseconds: UInt64) -> Result<[SettingFault], StoreError>? {
        let deadline = WallClock.monotonicNanoseconds + nanoseconds
        return self.monitor.locked {
            while self.found == nil, self.monitor.wait(until: deadline) {}
            return self.found
        }
    }
}
