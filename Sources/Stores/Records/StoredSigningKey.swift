public import Cryptography

/// A signing key and its life: published first, signing later, published on until the last token is over.
public struct StoredSigningKey: Sendable {
    public let keyID: String
    public let algorithm: SignatureAlgorithm
    public let privateKey: PrivateKey
    public let created: Timestamp
    public let publishedSince: Timestamp
    /// Not before those who fetched the keys once have fetched them again (`max-age` of the key set).
    public let signsFrom: Timestamp
    /// When it is published no longer; nil as long as no other follows it.
    public let retires: Timestamp?

    public init(
        keyID: String,
        algorithm: SignatureAlgorithm,
        privateKey: PrivateKey,
        created: Timestamp,
        publishedSince: Timestamp,
        signsFrom: Timestamp,
        retires: Timestamp? = nil
    ) {
        self.keyID = keyID
        self.algorithm = algorithm
        self.privateKey = privateKey
        self.created = created
        self.publishedSince = publishedSince
        self.signsFrom = signsFrom
        self.retires = retires
    }
}

/// Signing keys. Their private parts are sealed, each bound to the row that it lies in.
public protocol SigningKeyStore {
    /// All that has not retired, the oldest first, also what is younger than the clock says: one that was set back
    /// leaves no server without keys. Throws `other` if one was sealed with a key that is not in the ring.
    func signingKeys(at now: Timestamp) throws(StoreError) -> [StoredSigningKey]

    /// Adds a key unless there is one that does not retire: of two processes that start at once, one succeeds.
    func addFirstSigningKey(_ key: StoredSigningKey, at now: Timestamp) throws(StoreError) -> Bool

    /// Adds a key; the others retire at `retirement`, or earlier if that was said before.
    func rotateSigningKeys(
        to key: StoredSigningKey,
        retirement: Timestamp,
        at now: Timestamp
    ) throws(StoreError)
}
