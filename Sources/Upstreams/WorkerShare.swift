/// One worker's part of a limit that holds for the whole gateway. Together the parts are the limit, unless there are more
/// workers than it has places: whoever needs one at least then exceeds it.
public struct WorkerShare: Sendable {
    private let index: Int
    private let workers: Int

    /// `index` counts from 0.
    public init(of index: Int, workers: Int) {
        self.index = index
        self.workers = workers
    }

    /// The first workers have what cannot be divided.
    public func part(of limit: Int) -> Int {
        limit / self.workers + (self.index < limit % self.workers ? 1 : 0)
    }
}
