internal import Telemetry
internal import Trust

/// How long a fetch has taken, on both clocks.
struct FetchTime {
    private let began = WallClock.milliseconds
    private let start = WallClock.monotonicNanoseconds

    /// So far.
    var milliseconds: UInt64 { (WallClock.monotonicNanoseconds - self.start) / 1_000_000 }

    /// Nil if the server did not tell the time.
    func difference(to date: Int64?) -> ClockDifference? {
        date.map { ClockDifference(date: $0, asked: self.began, answered: WallClock.milliseconds) }
    }
}
