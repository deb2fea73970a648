import Foundation

/// Threads that do the same at the same time.
enum Threads {
    /// What `count` threads return, all of which are let go at once when all are `ready`.
    static func race<Place, Result: Sendable>(
        _ count: Int,
        ready: @escaping @Sendable (Int) throws -> Place,
        go: @escaping @Sendable (Place) throws -> Result
    ) throws -> [Result] {
        let results = Guarded<[Swift.Result<Result, any Error>]>([])
        let gate = DispatchSemaphore(value: 0)
        let arrived = DispatchSemaphore(value: 0)
        let finished = DispatchSemaphore(value: 0)
        for index in 0..<count {
            Thread {
                let place = Swift.Result { try ready(index) }
                arrived.signal()
                gate.wait()
                let result = Swift.Result { try go(try place.get()) }
                results.withLock { $0.append(result) }
                finished.signal()
            }.start()
        }
        for _ in 0..<count { arrived.wait() }
        for _ in 0..<count { gate.signal() }
        for _ in 0..<count { finished.wait() }
        return try results.withLock { try $0.map { try $0.get() } }
    }

    /// What one other thread returns.
    static func alone<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) throws -> Result {
        try self.race(1, ready: { _ in }, go: { try work() })[0]
    }
}
