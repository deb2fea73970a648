internal import Cryptography
public import Stores

/// The authorization server as its store has it at one moment, for commands that only look: nothing is made, and nothing
/// changes, also beside a running gateway.
public struct ServerSight: Sendable {
    public let keys: SigningKeys
    /// Grants whose access tokens are refused although they have not run out.
    public let revoked: RevokedGrants
    /// What each key is for, the oldest first. Empty with HS256.
    public let duties: [SigningKeyDuty]

    /// Throws when there is no store that another process can read, or none that the sealing key opens.
    public init(_ settings: AuthorizationServerSettings, at now: Timestamp) throws(AuthorizationStartError) {
        let store = try Self.store(settings)
        do throws(StoreError) {
            let stored = try store.signingKeys(at: now)
            var revocations = RevocationReader()
            _ = try revocations.renew(store, at: now)
            self.revoked = revocations.grants
            self.keys = try Self.keys(settings, stored)
            self.duties = settings.keys.secret == nil ? SigningKeyDuty.all(stored, at: now) : []
        } catch {
            throw AuthorizationStartError(.store, "\(error)")
        }
    }

    // MARK: - Private details

    private static func store(
        _ settings: AuthorizationServerSettings
    ) throws(AuthorizationStartError) -> SQLiteAuthorizationStore {
        guard case .sqlite(let path) = settings.store else {
            throw AuthorizationStartError(.store, "`memory` is what only the running gateway has")
        }
        guard DataDirectory.has(path) else {
            throw AuthorizationStartError(.store, "there is no \(path) yet; the gateway's first start makes it")
        }
        if let fault = StoreFile(path).fault { throw AuthorizationStartError(.store, fault) }
        let ring = try self.ring(settings.keys.sealFiles)
        do throws(StoreError) {
            return try SQLiteAuthorizationStore(.fileAsItIs(path), ring: ring)
        } catch {
            throw AuthorizationStartError(.store, "\(error)")
        }
    }

    private static func ring(_ files: [String]) throws(AuthorizationStartError) -> SealingRing {
        do throws(SealFile.Fault) {
            return try SealFile.ring(existing: files)
        } catch {
            throw AuthorizationStartError(.seal, "\(error)")
        }
    }

    private static func keys(
        _ settings: AuthorizationServerSettings,
        _ stored: [StoredSigningKey]
    ) throws(StoreError) -> SigningKeys {
        guard settings.keys.secret != nil || !stored.isEmpty else {
            throw .other("no key signs yet; the gateway's first start makes one")
        }
        do throws(KeyError) {
            if let secret = settings.keys.secret { return try SigningKeys(secret, generation: 1) }
            return try SigningKeys(stored, generation: 1)
        } catch {
            throw .other("a signing key cannot be used: \(error)")
        }
    }
}

/// What one signing key of the store is for at a moment.
public struct SigningKeyDuty: Sendable, Equatable {
    public enum Duty: Sendable, Equatable {
        case signs
        /// It is published, so that everybody has it when it signs, from then on.
        case waits(until: Timestamp)
        /// It is published for the tokens that it has signed, until the last of them is over.
        case verifies(until: Timestamp?)
    }

    public let keyID: String
    public let algorithm: String
    public let duty: Duty

    /// `keys` come the oldest first.
    static func all(_ keys: [StoredSigningKey], at now: Timestamp) -> [SigningKeyDuty] {
        let signing = SigningKeys.index(signingAt: now, keys.map(\.signsFrom))
        return keys.enumerated().map { index, key in
            let duty: Duty =
                if index == signing {
                    .signs
                } else if key.signsFrom > now {
                    .waits(until: key.signsFrom)
                } else {
                    .verifies(until: key.retires)
                }
            return SigningKeyDuty(keyID: key.keyID, algorithm: key.algorithm.rawValue, duty: duty)
        }
    }
}
