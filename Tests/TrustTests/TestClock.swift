/// Time that passes when a test says so, in milliseconds.
struct TestClock {
    /// Not zero: a machine has been up for a while.
    private(set) var now: UInt64 = 50_000

    mutating func pass(_ duration: Duration) {
        self.now += UInt64(duration / .milliseconds(1))
    }
}
