import Telemetry
import Testing

@Suite("Counters")
struct MetricsTests {
    @Test("counts by row and key, whatever the order of hits")
    func counterTable() {
        var table = CounterTable()
        var expected: [Counters.Label: UInt64] = [:]
        var state: UInt64 = 42
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let label = Counters.Label(row: Int(state >> 33) % 50, key: UInt32(state >> 45) % 7)
            table.increment(row: label.row, key: label.key)
            expected[label, default: 0] += 1
        }
        #expect(table.counters().values == expected)
    }

    @Test(
        "observes a bound as inside its bucket",
        arguments: [(0, 0), (1_000_000, 0), (1_000_001, 1), (2_500_000, 1), (10_000_000_000, 12), (10_000_000_001, 13)]
    )
    func histogram(_ nanoseconds: UInt64, _ bucket: Int) {
        var histogram = Histogram()
        histogram.observe(nanoseconds: nanoseconds)
        #expect(histogram.count == 1)
        #expect(buckets(histogram).firstIndex(of: 1) == bucket)
    }

    @Test("adds up workers")
    func merge() {
        let (first, second) = (WorkerMetrics(), WorkerMetrics())
        first.requestEnded(route: 1, status: 200, decision: .allow, nanoseconds: 10)
        second.requestEnded(route: 1, status: 200, decision: .allow, nanoseconds: 10)
        second.requestEnded(route: 2, status: 403, decision: .deny, nanoseconds: 3_000_000)
        first.connectionOpened(.client)
        second.connectionOpened(.client)
        second.connectionClosed(.client)
        second.tokenCacheHit()
        var sum = first.snapshot()
        sum.merge(second.snapshot())
        #expect(sum.requests[row: 1, key: 200 << 8] == 2)
        #expect(sum.requests[row: 2, key: 403 << 8 | 1] == 1)
        #expect(sum.requestDuration.count == 3)
        #expect(sum.clientConnections == 1)
        #expect(sum.tokenCacheHits == 1)
    }

    @Test("keeps the row of a name across reloads")
    func labels() {
        var labels = LabelTable(names: [""])
        #expect(labels.row(of: "a") == 1)
        #expect(labels.row(of: "b") == 2)
        #expect(labels.row(of: "a") == 1)
        #expect(labels.row(of: "") == MetricLabels.noRoute)
    }
}
