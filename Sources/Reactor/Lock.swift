import Glibc

/// A mutex between threads that exchange work or share a table, held for a few steps; never on the path of every request.
///
/// The C library's and not `Synchronization.Mutex`: that one's slow path lies in a library that sanitizers do not see into,
/// so that they report races where there are none. This one they know.
///
/// `@unchecked Sendable`: the memory is made for being shared between threads, and never moves.
public final class Lock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    public init() {
        let result = pthread_mutex_init(self.mutex, nil)
        precondition(result == 0, "the system has no mutex left")
    }

    deinit {
        pthread_mutex_destroy(self.mutex)
        self.mutex.deallocate()
    }

    public func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        return body()
    }
}
