import JOSE
import Trust

/// What `/readyz` says: whether new requests are welcome, and if not, why.
struct ReadinessReport: Equatable, Sendable {
    /// After this time the gateway is ready even if an issuer has not answered.
    static let patience: Duration = .seconds(10)

    let isDraining: Bool
    /// Issuers whose first fetch of keys is still under way.
    let waitingIssuers: [String]
    /// Issuers without keys. Their tokens get 503; everybody else is served.
    let degradedIssuers: [String]

    /// The listeners stand and the policy is loaded before anybody can ask.
    init(isDraining: Bool, issuers: [IssuerKeysStatus], runningFor age: Duration) {
        self.isDraining = isDraining
        let waits = age < Self.patience
        self.waitingIssuers = waits ? issuers.filter { !$0.hasEndedFirstFetch }.map(\.issuer) : []
        self.degradedIssuers = issuers.filter { !$0.hasSet }.map(\.issuer)
    }

    var isReady: Bool { !self.isDraining && self.waitingIssuers.isEmpty }

    var reasons: [String] {
        let draining = self.isDraining ? ["the gateway is draining"] : []
        return draining + self.waitingIssuers.map { "the first fetch of the keys of issuer \($0) has not ended" }
    }

    var answer: AdminAnswer {
        AdminAnswer(
            status: self.isReady ? 200 : 503,
            [
                "status": .string(self.isDraining ? "draining" : self.isReady ? "ready" : "starting"),
                "reasons": .texts(self.reasons),
                "degraded": .texts(self.degradedIssuers),
            ]
        )
    }
}
