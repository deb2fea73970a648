internal import Cryptography
internal import Endpoints

/// Clients that prove who they are by a secret, or do not (RFC 6749, section 2.3.1). Needs no store, so that a worker can
/// do it at once for the clients of the policy.
struct SecretAuthentication {
    let lockout: Lockout
    let audit: AuditLog
    let request: EndpointRequest

    /// The client, which has proven who it is.
    ///
    /// - Parameter client: The client of that name; nil if there is none.
    func authenticate(_ credentials: ClientCredentials, as client: Client?) throws(ProtocolError) -> Client {
        switch credentials {
        case .name:
            // A client with a secret that does not show it is nobody. RFC 6749, section 3.2.1.
            guard let client, client.authentication == .none else {
                throw self.failed(client, triedBasic: false)
            }
            return client
        case .basic(let name, let secret):
            return try self.check(secret, name, client, triedBasic: true)
        case .post(let name, let secret):
            return try self.check(secret, name, client, triedBasic: false)
        case .assertion:
            preconditionFailure("an assertion is not a secret")
        }
    }

    private func check(
        _ secret: String,
        _ name: String,
        _ client: Client?,
        triedBasic: Bool
    ) throws(ProtocolError) -> Client {
        let account = LockoutAccount.client(name)
        if let wait = self.lockout.wait(for: account, from: self.request.client) {
            self.audit(.lockedOut, client)
            throw .lockedOut(for: wait)
        }
        return try self.conclude(Self.holds(secret, client), account, client, triedBasic: triedBasic)
    }

    /// Counts what came of an attempt, and tells it unless the block has begun in the meantime.
    func conclude(
        _ isRight: Bool,
        _ account: LockoutAccount,
        _ client: Client?,
        triedBasic: Bool
    ) throws(ProtocolError) -> Client {
        if let wait = self.lockout.ended(account, from: self.request.client, succeeded: isRight) {
            self.audit(.lockedOut, client)
            throw .lockedOut(for: wait)
        }
        guard isRight, let client else { throw self.failed(client, triedBasic: triedBasic) }
        return client
    }

    // The digest is compared whoever it is: the time of an answer tells no names.
    private static func holds(_ secret: String, _ client: Client?) -> Bool {
        guard case .secret(let digest) = client?.authentication else {
            _ = Self.nobody.verifies(secret)
            return false
        }
        return digest.verifies(secret)
    }

    private static let nobody = RandomSecret().digest

    private func failed(_ client: Client?, triedBasic: Bool) -> ProtocolError {
        self.audit(.clientAuthenticationFailed, client)
        return .clientUnknown(triedBasic: triedBasic)
    }

    // A name that nobody has may be anything that somebody typed.
    private func audit(_ event: AuditLog.Event, _ client: Client?) {
        self.audit.write(
            event,
            clientID: client?.name,
            client: self.request.clientText,
            request: self.request.requestID,
            []
        )
    }
}
