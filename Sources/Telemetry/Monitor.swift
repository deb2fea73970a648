import Glibc

/// A mutex with one condition. Used between threads that exchange batches, never on a request's path.
///
/// `@unchecked Sendable`: the memory is made for being shared between threads, and never moves.
public final class Monitor: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    public init() {
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_mutex_init(self.mutex, nil)
        pthread_cond_init(self.condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(self.condition)
        pthread_mutex_destroy(self.mutex)
        self.condition.deallocate()
        self.mutex.deallocate()
    }

    public func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        return body()
    }

    /// Must be called inside `locked`.
    public func wait() {
        pthread_cond_wait(self.condition, self.mutex)
    }

    /// Returns false when `deadline`, in nanoseconds of the monotonic clock, has passed. Must be called in `locked`.
    public func wait(until deadline: UInt64) -> Bool {
        var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
        return pthread_cond_timedwait(self.condition, self.mutex, &time) != ETIMEDOUT
    }

    /// Wakes all that wait.
    public func wake() {
        pthread_cond_broadcast(self.condition)
    }
}
