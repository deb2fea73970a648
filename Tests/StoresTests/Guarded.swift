import Foundation

/// A value that threads share.
///
/// Under a lock of the C library and not `Synchronization.Mutex`: that one's slow path lies in a library that sanitizers do
/// not see into, so that they report races where there are none.
///
/// `@unchecked Sendable`: the value is touched with the lock held alone.
final class Guarded<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try self.lock.withLock { try body(&self.value) }
    }
}
