public import Telemetry

extension ProcessMetrics {
    /// Takes over what is measured of issuers' keys.
    public mutating func add(_ issuers: [IssuerKeysStatus]) {
        for issuer in issuers {
            if let age = issuer.age { self.keySetAges.append((issuer: issuer.issuer, seconds: age)) }
            self.keyFetchFailures += issuer.failures.map {
                KeyFetchFailures(issuer: issuer.issuer, reason: $0.reason, count: $0.count)
            }
        }
    }
}
