import JOSE
import Trust

/// What `/readyz` says: whether new requests are welcome, and if not, why.
struct ReadinessReport: Equatable, Sendable {
    /// After this time the gateway is ready even if an issuer, or the shared state, has not answered.
    static let patience: Duration = .seconds(10)

    let isDraining: Bool
    /// Issuers whose first fetch of keys is still under way.
    let waitingIssuers: [String]
    /// Issuers without keys. Their tokens get 503; everybody else is served.
    let degradedIssuers: [String]

    /// Why the authorization server can issue and revoke nothing; nil when it can.
    let storeFailure: String?
    /// Whether the shared state cannot be reached. Sessions get 503; everybody else is served.
    let isStateMissing: Bool
    private let waitsForState: Bool

    /// The listeners stand and the policy is loaded before anybody can ask.
    init(
        isDraining: Bool,
        issuers: [IssuerKeysStatus],
        storeFailure: String? = nil,
        isStateMissing: Bool = false,
        runningFor age: Duration
    ) {
        self.isDraining = isDraining
        self.storeFailure = storeFailure
        let waits = age < Self.patience
        self.isStateMissing = isStateMissing
        self.waitsForState = waits && isStateMissing
        self.waitingIssuers = waits ? issuers.filter { !$0.hasEndedFirstFetch }.map(\.issuer) : []
        self.degradedIssuers = issuers.filter { !$0.hasSet }.map(\.issuer)
    }

    var isReady: Bool {
        !self.isDraining && self.waitingIssuers.isEmpty && self.storeFailure == nil && !self.waitsForState
    }

    private var status: String {
        if self.isDraining { return "draining" }
        if self.storeFailure != nil { return "failing" }
        return self.isReady ? "ready" : "starting"
    }

    var reasons: [String] {
        let draining = self.isDraining ? ["the gateway is draining"] : []
        let store = self.storeFailure.map { ["the authorization server cannot write: \($0)"] } ?? []
        let state = self.waitsForState ? ["the shared state has not answered"] : []
        return draining + store + state
            + self.waitingIssuers.map { "the first fetch of the keys of issuer \($0) has not ended" }
    }

    var answer: AdminAnswer {
        AdminAnswer(
            status: self.isReady ? 200 : 503,
            [
                "status": .string(self.status),
                "reasons": .texts(self.reasons),
                "degraded": .texts(self.degradedIssuers + (self.isStateMissing ? ["state"] : [])),
            ]
        )
    }
}
