public import Cryptography
public import JOSE

/// An authorization request that a client pushed (RFC 9126).
public struct PushedRequest: Sendable, Equatable {
    /// Of the random part of its `request_uri`.
    public let digest: SecretDigest
    public let client: String
    /// The parameters, as names and texts.
    public let parameters: JSONValue
    public let expires: Timestamp
    /// The network whose share of the client's requests it takes; nil if it takes nobody's.
    public let source: String?

    public init(
        digest: SecretDigest,
        client: String,
        parameters: JSONValue,
        expires: Timestamp,
        source: String? = nil
    ) {
        self.digest = digest
        self.client = client
        self.parameters = parameters
        self.expires = expires
        self.source = source
    }
}

/// What kind of token a `jti` belongs to. Each kind has names of its own.
public enum TokenIDSpace: Sendable, CaseIterable {
    /// RFC 7523, section 3.
    case clientAssertion
    /// RFC 9449, section 11.1.
    case proof
}

/// Permission to register a client (RFC 7591, section 1.2: initial access token).
public struct InitialAccessToken: Sendable, Equatable {
    public let digest: SecretDigest
    /// What the client may ask for at most.
    public let scopes: [String]
    /// How many clients it can still register; nil for any number.
    public let remainingUses: Int64?
    public let expires: Timestamp

    public init(digest: SecretDigest, scopes: [String], remainingUses: Int64? = 1, expires: Timestamp) {
        self.digest = digest
        self.scopes = scopes
        self.remainingUses = remainingUses
        self.expires = expires
    }
}

/// What became of a registration.
public enum ClientRegistration: Sendable, Equatable {
    case registered
    /// Never issued, expired or used up. Nothing was registered.
    case tokenUnknown
    /// Nothing was registered, and the token counts as before.
    case nameTaken
}

/// What may be used once. Each kind has a table of its own, so that none can be presented as another.
public protocol SingleUseStore {
    /// Keeps a request unless `SQLiteAuthorizationStore.maximumPushedRequests` of the same client wait, or
    /// `.maximumFromSource` of the same client and source.
    func addPushedRequest(_ request: PushedRequest, at now: Timestamp) throws(StoreError) -> Admission

    /// The request, which stays: the browser may come back from signing in. Its answer uses it up. Nil if it is over or
    /// another client's.
    func pushedRequest(_ digest: SecretDigest, client: String, at now: Timestamp) throws(StoreError) -> PushedRequest?

    /// False if that name was used before by the same `owner`, a client or a key, and is remembered still.
    func useTokenID(
        _ id: String,
        in space: TokenIDSpace,
        owner: String,
        expires: Timestamp,
        at now: Timestamp
    ) throws(StoreError) -> Bool

    func addInitialAccessToken(_ token: InitialAccessToken, at now: Timestamp) throws(StoreError)

    /// A token that still counts.
    func initialAccessToken(_ digest: SecretDigest, at now: Timestamp) throws(StoreError) -> InitialAccessToken?

    /// Registers a client and uses the token once, both or neither.
    func registerClient(
        _ client: ClientRecord,
        with token: SecretDigest,
        at now: Timestamp
    ) throws(StoreError) -> ClientRegistration
}
