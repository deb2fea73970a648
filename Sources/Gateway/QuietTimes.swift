/// When asking for an issuer's keys is useless: they were fetched, or could not be, just now. Times are milliseconds on the
/// loop's clock.
struct QuietTimes {
    private var ends: [String: UInt64] = [:]

    func isQuiet(_ issuer: String, at now: UInt64) -> Bool { self.ends[issuer].map { now < $0 } ?? false }

    mutating func begin(_ issuer: String, until end: UInt64) { self.ends[issuer] = end }

    mutating func end(_ issuer: String) { self.ends[issuer] = nil }

    mutating func endAll() { self.ends = [:] }
}
