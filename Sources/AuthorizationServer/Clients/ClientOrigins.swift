internal import Stores

/// The web origins of the store's clients, read at most once a second: anybody may ask for them. Belongs to the store's
/// thread.
final class ClientOrigins {
    /// Preflights of further origins are refused.
    static let maximumCount = 16_384
    private static let readInterval: Duration = .seconds(1)

    private var origins: Set<String> = []
    private var read: Timestamp?

    /// Whether a client of the store has a redirect URI at `origin` (RFC 6454, section 6.2).
    func contains(
        _ origin: String,
        _ store: any AuthorizationStore,
        at now: Timestamp
    ) throws(StoreError) -> Bool {
        // Also when the clock was set back.
        let isFresh = self.read.map { $0 <= now && now < $0 + Self.readInterval } ?? false
        if !isFresh {
            self.origins = try Self.origins(of: store)
            self.read = now
        }
        return self.origins.contains(origin)
    }

    private static func origins(of store: any AuthorizationStore) throws(StoreError) -> Set<String> {
        let origins = try store.clients().lazy.flatMap(\.redirectURIs).compactMap { uri in
            WebOrigin(of: uri).flatMap { $0.isWeb ? $0.text : nil }
        }
        return Set(origins.prefix(Self.maximumCount))
    }
}

extension WebOrigin {
    /// As browsers send it.
    var text: String { "\(self.scheme)://\(self.authority)" }
}
