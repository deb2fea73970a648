internal import Endpoints
internal import HTTP
internal import Stores

/// The web origins of the store's clients. Anybody may ask for them: whether they have changed is looked at once a second,
/// and they are read when they have. Belongs to the store's thread.
final class ClientOrigins {
    /// Preflights of further origins are refused.
    static let maximumCount = 16_384
    private static let lookInterval: Duration = .seconds(1)

    private var origins: Set<String> = []
    private var version: ClientsVersion?
    private var looked: Timestamp?

    /// Whether a client of the store has a redirect URI at `origin` (RFC 6454, section 6.2).
    func contains(
        _ origin: String,
        _ store: any AuthorizationStore,
        at now: Timestamp
    ) throws(StoreError) -> Bool {
        // Also when the clock was set back.
        let isFresh = self.looked.map { $0 <= now && now < $0 + Self.lookInterval } ?? false
        if !isFresh {
            try self.look(store)
            self.looked = now
        }
        return self.origins.contains(origin)
    }

    private func look(_ store: any AuthorizationStore) throws(StoreError) {
        // Asked for before the clients are read: what comes in between is read again.
        let version = try store.clientsVersion()
        guard version != self.version else { return }
        self.origins = try Self.origins(of: store)
        self.version = version
    }

    private static func origins(of store: any AuthorizationStore) throws(StoreError) -> Set<String> {
        let origins = try store.clients().lazy.flatMap(\.redirectURIs).compactMap { uri in
            WebOrigin(of: uri).flatMap { $0.isWeb ? $0.text : nil }
        }
        return Set(origins.prefix(Self.maximumCount))
    }
}
