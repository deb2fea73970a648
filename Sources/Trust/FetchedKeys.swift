import JOSE
import OAuth

/// The latest set of one issuer, and since when its keys are known.
struct FetchedKeys {
    /// Nil until the first set comes. It stays when it is no longer believed: the same set may come back.
    private(set) var set: JSONWebKeySet?
    /// Grows when the set changes: verifications of another generation are no longer good.
    private(set) var generation: UInt64 = 0
    /// Seconds since 1970.
    private(set) var lastObtained: Int64?
    private var texts: [String] = []
    private var thumbprints: [String] = []
    private var firstSeen: [String: Int64] = [:]

    /// Returns whether the set has changed. The order of its keys is of no importance, and some issuers shuffle them.
    mutating func obtained(_ set: JSONWebKeySet, at now: Int64) -> Bool {
        self.lastObtained = now
        let texts = set.keys.map(\.json.jsonText).sorted()
        if self.set != nil && texts == self.texts { return false }
        self.set = set
        self.texts = texts
        self.generation += 1
        self.thumbprints = set.keys.map(\.thumbprint)
        let former = self.firstSeen
        self.firstSeen = [:]
        for thumbprint in self.thumbprints { self.firstSeen[thumbprint] = former[thumbprint] ?? now }
        return true
    }

    /// One line for each key. `uses` is when a key last verified a token, by thumbprint.
    func statuses(of issuer: IssuerSettings, uses: [String: Int64]) -> [KeyStatus] {
        guard let set, let lastObtained else { return [] }
        return zip(set.keys, self.thumbprints).map { key, thumbprint in
            var status = KeyStatus(
                keyID: key.keyID,
                algorithm: key.algorithmText(for: issuer),
                thumbprint: thumbprint,
                firstSeen: self.firstSeen[thumbprint] ?? lastObtained,
                lastSeen: lastObtained
            )
            status.lastUsed = uses[thumbprint]
            return status
        }
    }
}

extension JSONWebKey {
    /// The algorithm that the key is bound to, or else those of the issuer's that it fits.
    func algorithmText(for issuer: IssuerSettings) -> String {
        if let algorithm { return algorithm.rawValue }
        return issuer.algorithms.filter(self.fits).map(\.rawValue).joined(separator: " ")
    }
}
