/// All that the authorization server remembers. Each call is one transaction: it happened when it returns, and did not
/// happen when it throws.
///
/// The calls are synchronous and may wait for a disk. An implementation is used by one thread: see `StoreThread`.
public protocol AuthorizationStore: SigningKeyStore, UserStore, ClientStore, SessionStore, ConsentStore, GrantStore,
    AuthorizationCodeStore, RefreshTokenStore, DeviceGrantStore, SingleUseStore
{
    /// Removes what is over, a bounded number of each kind, as each write does by itself. Called now and then where
    /// nothing is written: the sealed successor of a refresh token must go when its grace is over.
    func removeExpired(at now: Timestamp) throws(StoreError)

    /// Runs `body`, whose calls do not wait long for another process that writes: it has time, and those who only read
    /// wait behind it.
    func housekeeping(_ body: () throws(StoreError) -> Void) throws(StoreError)

    /// Throws why nothing can be written at the moment, or that what is written would be lost. For readiness.
    func proveWritable(at now: Timestamp) throws(StoreError)
}
