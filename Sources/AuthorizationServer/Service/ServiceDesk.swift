internal import Cryptography
internal import Endpoints
internal import JOSE
internal import Stores
internal import Telemetry

/// What the server keeps between requests, on the store's thread.
///
/// `@unchecked Sendable`: touched on that thread alone, once `open` has been called there.
final class ServiceDesk: @unchecked Sendable {
    private var policy: ServerPolicy
    private let seal: SealingRing
    private let log: OperationalLog
    private let audit: AuditLog
    private let auditWriter: LogWriter
    private var reportedAuditLosses: UInt64 = 0
    private let lockout: Lockout
    private let changed: @Sendable (AuthorizationSnapshot) -> Void
    private var tokens: TokenWriter
    private var reader: AccessTokenReader
    private let origins = ClientOrigins()
    private var keys: SigningKeys!
    private var snapshot: AuthorizationSnapshot!
    private var keyLife: KeyLife
    private var revocations: RevocationReader
    private let signIns = PendingSignIns()
    /// Whether somebody may have left, or have another password, and the store could not be told of it.
    private var departuresArePending = false
    private var ticks = 0
    private var failure: String?
    private var storedHashForms: [PasswordHash] = []
    /// Names in the policy and in the store, as of the start.
    private(set) var nameConflicts: [SettingFault] = []

    /// Ticks between two looks at keys, and at whether the store can be written.
    private static let ticksBetweenLooks = 4

    init(
        _ settings: AuthorizationServerSettings,
        seal: SealingRing,
        log: OperationalLog,
        audit writer: LogWriter,
        revocations: RevocationReader = RevocationReader(),
        changed: @escaping @Sendable (AuthorizationSnapshot) -> Void
    ) {
        self.policy = ServerPolicy(settings)
        self.seal = seal
        self.log = log
        self.audit = AuditLog(writer: writer)
        self.auditWriter = writer
        self.lockout = Lockout(settings.lockout)
        self.revocations = revocations
        self.changed = changed
        self.tokens = TokenWriter(issuer: settings.issuer.text)
        self.reader = AccessTokenReader(issuer: settings.issuer.text)
        self.keyLife = KeyLife(settings)
    }

    /// Makes the first key, if there is none, and removes what the policy no longer knows.
    func open(_ store: any AuthorizationStore) throws(StoreError) {
        let now = Self.now
        self.keys = try self.keyLife.keys(store, at: now) ?? self.keys
        _ = try self.revocations.renew(store, at: now)
        self.storedHashForms = try store.passwordHashForms()
        self.nameConflicts = try NameConflicts.find(store, self.policy.settings)
        // Nothing is changed for a policy that nobody will serve.
        if self.nameConflicts.isEmpty { try Departures.revoke(store, self.policy, at: now) }
        self.publish()
    }

    func adopt(_ settings: AuthorizationServerSettings, _ store: any AuthorizationStore) {
        self.departuresArePending = true
        self.policy = ServerPolicy(settings)
        self.tokens = TokenWriter(issuer: settings.issuer.text)
        self.reader = AccessTokenReader(issuer: settings.issuer.text)
        self.lockout.adopt(settings.lockout)
        self.keyLife.adopt(settings)
        do throws(StoreError) {
            if let keys = try self.keyLife.keys(store, at: Self.now) { self.take(keys) }
            // Looked for before, so that only a command of this very moment can have added one. The policy goes first.
            self.log.reportEach(.error, "name_conflict", try NameConflicts.find(store, settings).map(\.description))
            try self.revokeDepartures(store)
        } catch {
            self.report(error)
        }
        self.publish()
    }

    /// One turn of a request. `next` is the handler, or what is left of it.
    func handle(_ call: EndpointCall, _ store: any AuthorizationStore, _ next: HashingJob.Next) -> Step {
        let context = EndpointContext(
            call: call,
            policy: self.policy,
            store: store,
            keys: self.keys,
            tokens: self.tokens,
            reader: self.reader,
            origins: self.origins,
            lockout: self.lockout,
            audit: self.audit,
            seal: self.seal,
            signIns: self.signIns,
            now: Self.now,
            storedHashForms: self.storedHashForms
        )
        do throws(EndpointFailure) {
            let step = try next(context)
            self.publishRevocations(store)
            return step
        } catch {
            self.publishRevocations(store)
            return .answer(self.answer(error, to: call))
        }
    }

    /// The answer to a request whose password nobody can try at the moment.
    func refuse(_ job: HashingJob, of call: EndpointCall) -> EndpointAnswer {
        do throws(EndpointFailure) {
            return try job.ifBusy()
        } catch {
            return self.answer(error, to: call)
        }
    }

    /// Of a store that fails the client hears little, and the log why.
    private func answer(_ failure: EndpointFailure, to call: EndpointCall) -> EndpointAnswer {
        if case .store(let error) = failure { self.report(error) }
        return failure.answer(to: call, policy: self.policy)
    }

    /// What a request revoked is told at once. A refused one may have revoked, too, and so may a GET: a client's link
    /// to sign out. Looking costs one read of an index.
    private func publishRevocations(_ store: any AuthorizationStore) {
        do throws(StoreError) {
            if try self.revocations.renew(store, at: Self.now) { self.publishRevoked() }
        } catch {
            self.report(error)
        }
    }

    /// Returns why the store cannot be used; nil when it can.
    func tick(_ store: any AuthorizationStore) -> String? {
        self.ticks += 1
        do throws(StoreError) {
            if try self.revocations.renew(store, at: Self.now) { self.publishRevoked() }
            let isLook = self.ticks % Self.ticksBetweenLooks == 0
            // What was found out stays true until the next look: whoever reads would wait behind each further try.
            guard isLook || self.failure == nil else { return self.failure }
            if isLook { self.reportAuditLosses() }
            try store.housekeeping { () throws(StoreError) in try self.keepHouse(store, looking: isLook) }
            self.failure = nil
        } catch {
            self.report(error)
            self.failure = "\(error)"
        }
        return self.failure
    }

    /// All that a tick writes. The first that the store does not take ends it.
    private func keepHouse(_ store: any AuthorizationStore, looking isLook: Bool) throws(StoreError) {
        try self.signIns.write(to: store, at: Self.now)
        if self.departuresArePending { try self.revokeDepartures(store) }
        if isLook { try self.look(store, at: Self.now) }
    }

    private func look(_ store: any AuthorizationStore, at now: Timestamp) throws(StoreError) {
        if let keys = try self.keyLife.keys(store, at: now) {
            self.take(keys)
            self.publish()
        }
        try store.removeExpired(at: now)
        self.storedHashForms = try store.passwordHashForms()
        try store.proveWritable(at: now)
    }

    // MARK: - Private details

    private static var now: Timestamp { Timestamp(milliseconds: WallClock.milliseconds) }

    /// New ones come by the schedule, and by commands of other processes.
    private func take(_ keys: SigningKeys) {
        let known = Set(self.keys.published.keys.compactMap(\.keyID))
        for name in keys.published.keys.compactMap(\.keyID) where !known.contains(name) {
            self.audit.write(.keyRotated, [.keyID(name)])
        }
        self.keys = keys
    }

    private func revokeDepartures(_ store: any AuthorizationStore) throws(StoreError) {
        try Departures.revoke(store, self.policy, at: Self.now)
        self.departuresArePending = false
    }

    private func publish() {
        self.tell(
            AuthorizationSnapshot(
                keys: self.keys,
                revoked: self.revocations.grants,
                newlyRevoked: self.revocations.takeAdded(),
                policy: self.policy,
                lockout: self.lockout
            )
        )
    }

    private func publishRevoked() {
        let added = self.revocations.takeAdded()
        self.tell(AuthorizationSnapshot(self.snapshot, revoked: self.revocations.grants, newlyRevoked: added))
    }

    private func tell(_ snapshot: AuthorizationSnapshot) {
        self.reportForgotten(snapshot.revoked, after: self.snapshot?.revoked)
        self.snapshot = snapshot
        self.changed(snapshot)
    }

    /// Once, when it begins: tokens that nobody has revoked are refused from then on.
    private func reportForgotten(_ revoked: RevokedGrants, after former: RevokedGrants?) {
        guard let end = revoked.unknownUntil, former?.unknownUntil == nil else { return }
        let text = "More was revoked than is known one by one: tokens issued until then are refused, whoever's."
        self.log.report(.warning, "revocations_full", text, [LogField("issued_until", .number(Int(end.seconds)))])
    }

    /// Also those of the workers, which write by the same thread.
    private func reportAuditLosses() {
        let lost = self.auditWriter.droppedAuditLines
        guard lost > self.reportedAuditLosses else { return }
        let lines = LogField("lines", .number(Int(lost - self.reportedAuditLosses)))
        self.reportedAuditLosses = lost
        self.log.report(.error, "audit_lines_dropped", "Audit lines are lost: standard output is not read.", [lines])
    }

    private func report(_ error: StoreError) {
        self.log.report(.error, "store_failed", "\(error)")
    }
}
