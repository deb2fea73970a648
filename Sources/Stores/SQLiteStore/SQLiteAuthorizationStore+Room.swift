extension SQLiteAuthorizationStore {
    /// Whose bounds something that waits for a person has to keep.
    struct Room {
        let client: String
        let source: String?
        /// How many the client may have, from wherever they come.
        let ofClient: Int64
    }

    /// Nil if there is room for one more. Each statement counts what waits, and tells when the first of it is over.
    func full(
        _ room: Room,
        _ ofClient: StaticString,
        _ ofSource: StaticString,
        at now: Timestamp
    ) throws(StoreError) -> Admission? {
        let all = try self.database.first(ofClient, now, room.client, read: Waiting.init)
        var ends = [all?.end(atMost: room.ofClient)]
        if let source = room.source {
            let own = try self.database.first(ofSource, now, room.client, source, read: Waiting.init)
            ends.append(own?.end(atMost: Self.maximumFromSource))
        }
        // Both must have room.
        return ends.compactMap(\.self).max().map { .full(until: $0) }
    }

    private struct Waiting {
        let count: Int64
        /// Nil if nothing waits.
        let firstEnd: Timestamp?

        init(_ row: inout Row) throws(StoreError) {
            self.count = try row.next()
            self.firstEnd = try row.next()
        }

        func end(atMost limit: Int64) -> Timestamp? { self.count >= limit ? self.firstEnd : nil }
    }
}
