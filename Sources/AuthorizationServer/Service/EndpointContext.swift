internal import Cryptography
internal import Endpoints
internal import Stores
internal import Telemetry

/// What a handler works with: one request's turn on the store's thread. It must not be kept.
struct EndpointContext {
    let call: EndpointCall
    let policy: ServerPolicy
    let store: any AuthorizationStore
    let keys: SigningKeys
    let tokens: TokenWriter
    let reader: AccessTokenReader
    let origins: ClientOrigins
    let lockout: Lockout
    let audit: AuditLog
    /// Seals what goes through browsers and comes back. Each kind of box has associated data of its own.
    let seal: SealingRing
    let signIns: PendingSignIns
    /// When this turn began.
    let now: Timestamp
    /// A password hash of each kind that users of the store have.
    var storedHashForms: [PasswordHash] = []

    var request: EndpointRequest { self.call.request }

    /// Asks the store. What it throws becomes the request's failure.
    func stored<Result>(
        _ body: (any AuthorizationStore) throws(StoreError) -> Result
    ) throws(EndpointFailure) -> Result {
        do throws(StoreError) {
            return try body(self.store)
        } catch {
            throw .store(error)
        }
    }

    /// A client of the policy, or else of the store.
    func client(named name: String) throws(EndpointFailure) -> Client? {
        if let client = self.policy.client(named: name) { return client }
        return try self.stored { store throws(StoreError) in try store.client(named: name) }.map(Client.init)
    }

    /// A user of the policy, or else of the store.
    func user(named name: String) throws(EndpointFailure) -> User? {
        if let user = self.policy.user(named: name) { return user }
        return try self.stored { store throws(StoreError) in try store.user(named: name) }.map(User.init)
    }

    /// Writes an audit line about this request.
    func note(
        _ event: AuditLog.Event,
        subject: String? = nil,
        clientID: String? = nil,
        _ details: AuditLog.Detail...
    ) {
        self.audit.write(
            event,
            subject: subject,
            clientID: clientID,
            client: self.request.clientText,
            request: self.request.requestID,
            details
        )
    }
}
