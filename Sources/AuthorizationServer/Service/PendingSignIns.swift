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

    /// Keeps those that wait, all in one transaction. When the store does not take them, they wait on.
    func write(to store: any AuthorizationStore, at now: Timestamp) throws(StoreError) {
        guard !self.waiting.isEmpty else { return }
        try store.recordSignIns(self.waiting, at: now)
        self.waiting = []
    }
}
