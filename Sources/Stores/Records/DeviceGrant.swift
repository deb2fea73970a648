public import Cryptography

/// A device that waits for its person (RFC 8628).
public struct DeviceGrant: Sendable, Equatable {
    /// The raw value is what the store writes.
    public enum State: String, Sendable {
        case pending
        case approved
        case denied
        /// Approved, and the device has its tokens.
        case redeemed
    }

    public let deviceCode: SecretDigest
    /// Of the user code without its separators, in one case (section 6.1).
    public let userCode: SecretDigest
    public let client: String
    public let scopes: [String]
    public let resources: [String]
    public let state: State
    /// How many seconds the device waits between two polls.
    public let interval: Int64
    /// From where it asked, for the person to compare.
    public let network: String
    /// The network whose share of the client's devices it takes; nil if it takes nobody's.
    public let source: String?
    public let created: Timestamp
    public let expires: Timestamp

    public init(
        deviceCode: SecretDigest,
        userCode: SecretDigest,
        client: String,
        scopes: [String],
        resources: [String] = [],
        state: State = .pending,
        interval: Int64 = 5,
        network: String,
        source: String? = nil,
        created: Timestamp,
        expires: Timestamp
    ) {
        self.deviceCode = deviceCode
        self.userCode = userCode
        self.client = client
        self.scopes = scopes
        self.resources = resources
        self.state = state
        self.interval = interval
        self.network = network
        self.source = source
        self.created = created
        self.expires = expires
    }
}

/// The answer to a poll (RFC 8628, section 3.5).
public enum DevicePoll: Sendable, Equatable {
    case approved(Grant)
    case pending
    /// Too early: the interval has grown to so many seconds.
    case slowDown(interval: Int64)
    case denied
    case expired
    /// Never issued, another client's, redeemed before, or long over.
    case unknown
}

/// Device codes and user codes.
public protocol DeviceGrantStore {
    /// Keeps a device unless its user code is another's, or `SQLiteAuthorizationStore.maximumDevices` of the same client
    /// wait, or `.maximumFromSource` of the same client and source.
    func addDevice(_ device: DeviceGrant, at now: Timestamp) throws(StoreError) -> Admission

    /// A device whose person has not decided yet.
    func device(userCode: SecretDigest, at now: Timestamp) throws(StoreError) -> DeviceGrant?

    /// The person's yes, with the grant that it makes, and remembered. False if it was decided before, or is over: nothing
    /// was kept.
    func approveDevice(
        userCode: SecretDigest,
        grant: Grant,
        remembering consent: Consent?,
        at now: Timestamp
    ) throws(StoreError) -> Bool

    /// The person's no. False if it was decided before, or is over.
    func denyDevice(userCode: SecretDigest, at now: Timestamp) throws(StoreError) -> Bool

    /// A poll of the device. `approved` comes exactly once, and from then on the grant lasts until `grantExpires`
    /// and has its first refresh token.
    func pollDevice(
        _ deviceCode: SecretDigest,
        client: String,
        grantExpires: Timestamp,
        issuing token: FirstRefreshToken?,
        at now: Timestamp
    ) throws(StoreError) -> DevicePoll
}
