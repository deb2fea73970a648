import Reactor

/// An `ExpiringTable` that all threads share: several, each behind a lock of its own that is held for a few look-ups.
///
/// Which one a key belongs to is known to this process alone, by its random seed of hashes, so that nobody can fill one.
package final class SharedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// Entries of one table: it grows for the last time within two milliseconds, as measured; larger ones would make workers
    /// wait.
    package static var maximumShardCount: Int { 4096 }

    private let shards: [Shard]

    /// The bounds are those of all tables together. `maximumCount` must be a power of two times `maximumShardCount`.
    package init(maximumCount: Int, maximumBytes: Int) {
        let count = maximumCount / Self.maximumShardCount
        precondition(count.nonzeroBitCount == 1, "a table is chosen by the lowest bits of a hash")
        self.shards = (0..<count).map { _ in
            Shard(maximumCount: Self.maximumShardCount, maximumBytes: maximumBytes / count)
        }
    }

    /// Does `body` alone, with the table of `key`.
    package func locked<Result>(_ key: Key, _ body: (inout ExpiringTable<Key, Value>) -> Result) -> Result {
        let shard = self.shards[key.hashValue & (self.shards.count - 1)]
        return shard.lock.locked { body(&shard.table) }
    }

    /// `@unchecked Sendable`: `table` is touched under the lock alone.
    private final class Shard: @unchecked Sendable {
        let lock = Lock()
        var table: ExpiringTable<Key, Value>

        init(maximumCount: Int, maximumBytes: Int) {
            self.table = ExpiringTable(maximumCount: maximumCount, maximumBytes: maximumBytes)
        }
    }
}
