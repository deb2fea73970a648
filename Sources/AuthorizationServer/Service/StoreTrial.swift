internal import Cryptography
public import Stores

/// What a start would find in the store, for who only looks: it is opened and read, nothing is made, and nothing changes, also
/// beside a running gateway.
public enum StoreTrial: Sendable, Equatable {
    /// Forgotten with the process.
    case inMemory
    /// The first start makes it.
    case isMissing(path: String)
    /// The next start brings it up to date. What is in it cannot be read before.
    case isOlder(path: String)
    /// All that it holds for this policy could be read, with so many signing keys.
    case opens(path: String, keys: Int)

    /// Throws what a start would end with.
    public static func run(
        _ settings: AuthorizationServerSettings,
        at now: Timestamp
    ) throws(AuthorizationStartError) -> StoreTrial {
        guard case .sqlite(let path) = settings.store else { return .inMemory }
        let file = StoreFile(path)
        if let fault = file.fault ?? file.placeFault { throw AuthorizationStartError(.store, fault) }
        let ring = try self.ring(settings, path)
        guard let ring, !file.isEmpty else { return .isMissing(path: path) }
        let conflicts: [SettingFault]
        let keys: Int
        do throws(StoreError) {
            let store = try SQLiteAuthorizationStore(.fileAsItIs(path), ring: ring)
            keys = try self.keyCount(store, settings, at: now)
            conflicts = try NameConflicts.find(store, settings)
        } catch {
            if file.head?.isOlder == true { return .isOlder(path: path) }
            throw AuthorizationStartError(.store, "\(error)")
        }
        guard conflicts.isEmpty else { throw AuthorizationStartError(conflicts) }
        return .opens(path: path, keys: keys)
    }

    private static func ring(
        _ settings: AuthorizationServerSettings,
        _ path: String
    ) throws(AuthorizationStartError) -> SealingRing? {
        do throws(SealFile.Fault) {
            return try SealFile.trial(settings.keys.sealFiles, isForNewStore: !DataDirectory.has(path))
        } catch {
            throw AuthorizationStartError(.seal, "\(error)")
        }
    }

    /// With HS256 no key of the store is opened.
    private static func keyCount(
        _ store: SQLiteAuthorizationStore,
        _ settings: AuthorizationServerSettings,
        at now: Timestamp
    ) throws(StoreError) -> Int {
        var revocations = RevocationReader()
        _ = try revocations.renew(store, at: now)
        return settings.keys.secret == nil ? try store.signingKeys(at: now).count : 0
    }
}
