internal import Cryptography
internal import JOSE
public import Stores

/// The signing keys' life: made at the first start, followed by others on schedule, published before they sign and until
/// the last token is over. Belongs to the store's thread.
struct KeyLife {
    private var settings: AuthorizationServerSettings
    private var known: [String] = []
    /// From when on each key signs here. Bounded by the keys that are published.
    private var starts: [String: Timestamp] = [:]
    private var generation: UInt64 = 0

    init(_ settings: AuthorizationServerSettings) { self.settings = settings }

    mutating func adopt(_ settings: AuthorizationServerSettings) {
        // Another algorithm begins with a key of its own; another schedule is looked at by the next call.
        if settings.keys != self.settings.keys { self.known = [] }
        self.settings = settings
    }

    /// The keys, if they are not those of the last call.
    mutating func keys(_ store: any AuthorizationStore, at now: Timestamp) throws(StoreError) -> SigningKeys? {
        if let secret = self.settings.keys.secret { return try self.shared(secret) }
        var stored = try store.signingKeys(at: now)
        if try self.renew(stored, store, at: now) { stored = try store.signingKeys(at: now) }
        let names = stored.map { "\($0.keyID) \($0.signsFrom.milliseconds)" }
        guard names != self.known else { return nil }
        self.known = names
        let keys = self.held(stored, at: now)
        return try self.made { generation throws(KeyError) in try SigningKeys(keys, generation: generation) }
    }

    // MARK: - Private details

    /// A key that appears while others are known waits from now on: who has just fetched the set without it keeps that
    /// for its whole age, however late the key was seen. Keys that are there at the start keep their time.
    private mutating func held(_ stored: [StoredSigningKey], at now: Timestamp) -> [StoredSigningKey] {
        let isFirstLook = self.starts.isEmpty
        let earliest = now + .seconds(SigningKeys.maximumAge)
        let keys = stored.map { key in
            let start = isFirstLook ? key.signsFrom : max(key.signsFrom, earliest)
            return key.signing(from: self.starts[key.keyID] ?? start)
        }
        self.starts = Dictionary(keys.map { ($0.keyID, $0.signsFrom) }, uniquingKeysWith: { first, _ in first })
        return keys
    }

    private mutating func shared(_ secret: SecretKey) throws(StoreError) -> SigningKeys? {
        guard self.known.isEmpty else { return nil }
        self.known = ["secret"]
        return try self.made { generation throws(KeyError) in try SigningKeys(secret, generation: generation) }
    }

    private mutating func made(
        _ make: (_ generation: UInt64) throws(KeyError) -> SigningKeys
    ) throws(StoreError) -> SigningKeys {
        do throws(KeyError) {
            self.generation += 1
            return try make(self.generation)
        } catch {
            throw .other("a signing key cannot be used: \(error)")
        }
    }

    /// Adds a key when there is none, when the youngest has signed for long enough, or is of another algorithm. True: one
    /// was added, by us or by another process that started at the same time.
    private func renew(
        _ stored: [StoredSigningKey],
        _ store: any AuthorizationStore,
        at now: Timestamp
    ) throws(StoreError) -> Bool {
        guard let youngest = stored.last(where: { $0.retires == nil }) ?? stored.last else {
            // Nobody knows an older set: it signs at once.
            let first = try SigningKeyMaker.make(self.settings.keys.algorithm, signsFrom: now, at: now)
            _ = try store.addFirstSigningKey(first, at: now)
            return true
        }
        let isOld = youngest.signsFrom + self.settings.keys.rotation <= now
        guard isOld || youngest.algorithm != self.settings.keys.algorithm else { return false }
        try SigningKeyMaker.rotate(store, self.settings, at: now)
        return true
    }
}

/// New signing keys, for the server itself and for `keys rotate` beside it.
public enum SigningKeyMaker {
    /// A key is published when a running server has seen it, and not when a command wrote it: within five seconds. Who
    /// fetched the older set at that moment may keep it for its whole age. A server that sees it later lets it wait
    /// longer.
    public static let publicationMargin: Duration = .seconds(5)

    /// Adds a key to the store, which is published from now on and signs once everybody who keeps the older set has asked
    /// again. The others retire when the last token that they may sign is over. Returns when the new one signs.
    @discardableResult
    public static func rotate(
        _ store: any AuthorizationStore,
        _ settings: AuthorizationServerSettings,
        at now: Timestamp
    ) throws(StoreError) -> Timestamp {
        let signsFrom = now + self.publicationMargin + .seconds(SigningKeys.maximumAge)
        let longest = max(settings.lifetimes.access, settings.lifetimes.identity)
        try store.rotateSigningKeys(
            to: self.make(settings.keys.algorithm, signsFrom: signsFrom, at: now),
            retirement: signsFrom + longest + TokenLifetimes.margin,
            at: now
        )
        return signsFrom
    }

    static func make(
        _ algorithm: SignatureAlgorithm,
        signsFrom: Timestamp,
        at now: Timestamp
    ) throws(StoreError) -> StoredSigningKey {
        do throws(KeyError) {
            let key = try PrivateKey(generatingFor: algorithm)
            let name = try JSONWebKey(key: key.publicKey, algorithm: algorithm).thumbprint
            return StoredSigningKey(
                keyID: name,
                algorithm: algorithm,
                privateKey: key,
                created: now,
                publishedSince: now,
                signsFrom: signsFrom
            )
        } catch {
            throw .other("a signing key cannot be made: \(error)")
        }
    }
}

extension StoredSigningKey {
    /// The same key with another beginning.
    fileprivate func signing(from start: Timestamp) -> StoredSigningKey {
        StoredSigningKey(
            keyID: self.keyID,
            algorithm: self.algorithm,
            privateKey: self.privateKey,
            created: self.created,
            publishedSince: self.publishedSince,
            signsFrom: start,
            retires: self.retires
        )
    }
}
