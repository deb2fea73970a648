internal import Cryptography
internal import Telemetry

/// One sign-in or sign-out under way, as the browser's flow cookie keeps it: from the way to the provider until the way back.
struct Flow: Sendable, Equatable {
    /// Of the request to the provider (RFC 6749, section 10.12).
    let state: String
    /// OpenID Connect Core 1.0, section 3.1.2.1.
    let nonce: String
    /// RFC 7636, section 4.1.
    let verifier: Redacted<String>
    /// Empty: of a sign-out, which needs no more than its state.
    let provider: String
    /// Where the browser goes afterwards; it was validated.
    let target: String
    /// Milliseconds since 1970.
    let startedAt: Int64
    /// Who the provider is, whose code is for nobody else. Nil for a flow that an earlier version of the gateway began, and
    /// of no use in one that is spent.
    var maker: SessionMaker?

    /// A new one. Each secret has 256 random bits.
    init(provider: String, maker: SessionMaker?, target: String, at now: Int64) {
        self.state = RandomSecret().text
        self.nonce = RandomSecret().text
        self.verifier = Redacted(RandomSecret().text)
        self.provider = provider
        self.target = target
        self.startedAt = now
        self.maker = maker
    }

    /// A sign-out, whose state has as many.
    init(signOutTo target: String, at now: Int64) {
        self.init(
            state: RandomSecret().text,
            nonce: "",
            verifier: Redacted(""),
            provider: "",
            target: target,
            startedAt: now
        )
    }

    init(
        state: String,
        nonce: String,
        verifier: Redacted<String>,
        provider: String,
        target: String,
        startedAt: Int64
    ) {
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        self.provider = provider
        self.target = target
        self.startedAt = startedAt
    }

    /// What is kept of it once its response has come: the state, by which the same response is known, and where it led.
    var spent: Flow {
        Flow(
            state: self.state,
            nonce: "",
            verifier: Redacted(""),
            provider: self.provider,
            target: self.target,
            startedAt: self.startedAt
        )
    }

    /// Whether no sign-in can come of it any more.
    var isSpent: Bool { self.verifier.secret.isEmpty }

    var isSignOut: Bool { self.provider.isEmpty }

    var request: SignInRequest { SignInRequest(state: self.state, nonce: self.nonce, verifier: self.verifier) }
}
