internal import AuthorizationServer
internal import Bytes
package import Cryptography
internal import Stores

extension ServerAdministration {
    private static let client = "client"
    /// More clients than one invitation is for.
    package static let maximumUses: Int64 = 1000
    /// A token that somebody may find in a mailbox does not count for ever.
    package static let maximumInvitation: Duration = .seconds(365 * 86_400)

    /// Adds a client.
    package func add(_ draft: ClientDraft) throws(AdministrationError) {
        let client = try draft.client(of: self.settings)
        guard !self.isInPolicy(client.name) else { throw .inPolicy(Self.client, name: client.name) }
        let record = ClientRecord(client, created: self.now)
        let isNew = try Self.stored { () throws(StoreError) in try self.store.addClient(record) }
        guard isNew else { throw .taken(Self.client, name: client.name) }
    }

    /// Removes a client with all grants and consents.
    package func removeClient(_ name: String) throws(AdministrationError) {
        let isKnown = try Self.stored { () throws(StoreError) in
            try self.store.removeClient(named: name, at: self.now)
        }
        guard isKnown else {
            throw self.isInPolicy(name) ? .inPolicy(Self.client, name: name) : .unknown(Self.client, name: name)
        }
    }

    /// The clients of the policy, and then those of the store.
    package func clients() throws(AdministrationError) -> ClientListing {
        let stored = try Self.stored { () throws(StoreError) in try self.store.clients() }
        return ClientListing(policy: self.settings.clients, stored: stored)
    }

    /// An initial access token (RFC 7591), with which clients can register that ask for `scopes` at most.
    package func invite(
        scopes: [String],
        for duration: Duration,
        uses: Int64
    ) throws(AdministrationError) -> RandomSecret {
        let scopes = try ClientDraft.scopes(scopes, of: self.settings)
        guard (.seconds(1)...Self.maximumInvitation).contains(duration) else {
            throw .invalid("--expires", reason: "from 1s to 365d")
        }
        guard (1...Self.maximumUses).contains(uses) else {
            throw .invalid("--uses", reason: "from 1 to \(Self.maximumUses)")
        }
        let secret = RandomSecret()
        let token = InitialAccessToken(
            digest: secret.digest,
            scopes: scopes,
            remainingUses: uses,
            expires: self.now + duration
        )
        try Self.stored { () throws(StoreError) in try self.store.addInitialAccessToken(token, at: self.now) }
        return secret
    }

    /// Whether anybody can make use of an invitation.
    package var allowsRegistration: Bool { self.settings.allowsRegistration }

    private func isInPolicy(_ name: String) -> Bool {
        self.settings.clients.contains { $0.name.hasSameBytes(as: name) }
    }
}

extension ClientRecord {
    fileprivate init(_ client: Client, created: Timestamp) {
        self.init(name: client.name, origin: .command, created: created)
        self.displayName = client.displayName
        switch client.authentication {
        case .none: break
        case .secret(let digest): self.secret = digest
        case .keys(let set): self.keySet = set.json
        case .gateway: preconditionFailure("the gateway is no client of the store")
        }
        self.redirectURIs = client.redirectURIs
        self.postLogoutRedirectURIs = client.postLogoutRedirectURIs
        self.grants = client.grants.map(\.rawValue).sorted()
        self.scopes = client.scopes
        self.introspects = client.introspects
        self.requiresPushedRequests = client.requiresPushedRequests
    }
}
