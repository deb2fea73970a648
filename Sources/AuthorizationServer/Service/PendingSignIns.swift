internal import Stores

/// Attempts to sign in that wait for the next tick to be kept. Written at once, they would tell by their time, or by a store
/// that fails, which names exist. Belongs to the store's thread.
final class PendingSignIns {
    /// Of a quarter of a second; hashing takes fewer. More are not kept: the audit log has them.
    static let maximumCount = 1024

    private var waiting: [SignIn] = []

    func add(_ signIn: SignIn) {
        if self.waiting.count < Self.maximumCount { self.waiting.append(signIn) }
    }

    /// Keeps those that wait. What the store does not take waits on.
    func write(to store: any AuthorizationStore) throws(StoreError) {
        while let signIn = self.waiting.first {
            try store.recordSignIn(signIn)
            self.waiting.removeFirst()
        }
    }
}
