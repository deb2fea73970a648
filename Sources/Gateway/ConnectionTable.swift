import HTTPConnections

/// The client connections of one worker, and which of them has waited longest for its next request.
struct ConnectionTable {
    /// In no order: the last one takes the place of one that leaves.
    private(set) var all: [ServerConnection] = []
    /// Those that waited when they were looked at last; what has become of them since is seen when their turn comes.
    private var idle = IdleOrder()

    /// Those that are only told that there is no room.
    private(set) var refusedCount = 0

    var count: Int { self.all.count }
    var servedCount: Int { self.all.count - self.refusedCount }

    mutating func add(_ connection: ServerConnection) {
        connection.tableIndex = self.all.count
        self.all.append(connection)
        if connection.isRefused { self.refusedCount += 1 }
    }

    /// Nothing happens when it was removed before.
    mutating func remove(_ connection: ServerConnection) {
        let index = connection.tableIndex
        guard index >= 0 else { return }
        self.idle.remove(index)
        if connection.isRefused { self.refusedCount -= 1 }
        let last = self.all.removeLast()
        if last !== connection {
            self.idle.move(self.all.count, to: index)
            self.all[index] = last
            last.tableIndex = index
        }
        connection.tableIndex = -1
    }

    mutating func beganToWait(_ connection: ServerConnection) {
        if connection.tableIndex >= 0 { self.idle.append(connection.tableIndex) }
    }

    /// The one that has waited for the longest time. It loses its turn, and so do those before it that are busy: they get
    /// another when they wait again.
    mutating func takeLongestIdle() -> ServerConnection? {
        while let index = self.idle.oldest {
            self.idle.remove(index)
            if self.all[index].isIdle { return self.all[index] }
        }
        return nil
    }
}
