/// Names that count once, each for as long as what bears it could come again. Bounded: when it is full, nothing new counts.
struct UsedNames {
    /// At the most. Providers send one for each session that ends.
    static let maximumCount = 65_536

    private var names: [String: Int64] = [:]

    /// Whether `name` comes for the first time. `until` and `now` in milliseconds since 1970.
    mutating func use(_ name: String, until: Int64, now: Int64) -> Bool {
        if self.names.count >= Self.maximumCount { self.names = self.names.filter { now < $0.value } }
        guard self.names.count < Self.maximumCount, self.names[name].map({ now >= $0 }) ?? true else { return false }
        self.names[name] = until
        return true
    }
}
