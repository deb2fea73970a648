internal import Cryptography
internal import JOSE
internal import OAuth
internal import Trust
internal import Upstreams

/// What the keys of an issuer, or that there are none, mean for its tokens.
struct IssuerFindings {
    let issuer: IssuerSettings

    private var subject: Finding.Subject { .issuer(self.issuer.name) }

    /// Its keys have come.
    func fetched(_ outcome: KeyFetch.Outcome, within milliseconds: UInt64, clock: ClockDifference?) -> [Finding] {
        let place = self.issuer.keys == .discovery ? "\(self.issuer.issuer): discovery and " : "\(self.place): "
        let clocks = clock.map { $0.finding(on: self.subject, leeway: self.issuer.leeway) }
        let agreement = clocks == .some(nil) ? ", clocks agree" : ""
        let keys = self.keys(outcome.set, from: place, and: ", \(milliseconds) ms\(agreement)")
        return [keys] + [clocks ?? nil].compactMap { $0 }
    }

    func failed(_ failure: KeyFetchFailure) -> [Finding] {
        let path = "issuers.\(self.issuer.name)"
        let remedy = failure.remedy(authorities: "\(path).tls.ca", key: "issuer")
        return [.failure(self.subject, "\(failure)", remedy: remedy)]
    }

    /// The policy has its keys.
    func held() -> [Finding] {
        if case .secret = self.issuer.keys {
            return [
                .ok(
                    self.subject,
                    "\(self.issuer.issuer): a secret of the policy (\(self.list(self.issuer.algorithms)))"
                )
            ]
        }
        guard let set = StaticKeys.set(for: self.issuer) else { return [self.embedded] }
        return [self.keys(set, from: "\(self.issuer.issuer): ", and: " of the policy")]
    }

    // MARK: - Private details

    private var embedded: Finding {
        .ok(self.subject, "\(self.issuer.issuer): the authorization server of this gateway, which needs no network")
    }

    /// Without the query, which may hold a secret.
    private var place: String {
        guard case .url(let url) = self.issuer.keys else { return self.issuer.issuer }
        return ControlURL(url)?.description ?? self.issuer.issuer
    }

    private func keys(_ set: JSONWebKeySet, from place: String, and more: String) -> Finding {
        let usable = set.keys.filter { key in self.issuer.algorithms.contains(where: key.fits) }
        guard !usable.isEmpty else { return self.useless(set) }
        let algorithms = self.issuer.algorithms.filter { algorithm in usable.contains { $0.fits(algorithm) } }
        let count = usable.count == 1 ? "1 key" : "\(usable.count) keys"
        return .ok(self.subject, "\(place)\(count) (\(self.list(algorithms)))\(more)")
    }

    private func useless(_ set: JSONWebKeySet) -> Finding {
        let others = SignatureAlgorithm.allCases.filter { algorithm in set.keys.contains { $0.fits(algorithm) } }
        guard !others.isEmpty else {
            return .failure(
                self.subject,
                "\(self.place): there is no key that can be used\(self.skipped(set))",
                remedy: "ask those who run it: it has to publish a key for signatures"
            )
        }
        return .failure(
            self.subject,
            "\(self.place): no key fits `algorithms`, which is \(self.list(self.issuer.algorithms)); there are keys for "
                + self.list(others),
            remedy: "write those that it signs with in `issuers.\(self.issuer.name).algorithms`"
        )
    }

    private func skipped(_ set: JSONWebKeySet) -> String {
        set.skipped.first.map { "; \(set.skipped.count) cannot, the first because: \($0.reason)" } ?? ""
    }

    private func list(_ algorithms: [SignatureAlgorithm]) -> String {
        algorithms.map(\.rawValue).joined(separator: ", ")
    }
}
