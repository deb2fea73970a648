import Testing

@testable import Upstreams

@Suite("What an upstream is allowed")
struct UpstreamSettingsTests {
    @Test(
        "workers divide the limits without a rest",
        arguments: [(1024, 1), (1024, 4), (10, 4), (7, 8), (8, 8), (9, 8), (0, 3)]
    )
    func parts(_ limit: Int, _ workers: Int) {
        let parts = (0..<workers).map { WorkerShare(of: $0, workers: workers).part(of: limit) }
        #expect(parts.reduce(0, +) == limit)
        #expect(parts.max()! - parts.min()! <= 1)
        #expect(parts == parts.sorted(by: >))
    }

    @Test("each worker has one connection at least, and one place in the queue unless there is to be none")
    func least() {
        let last = WorkerShare(of: 3, workers: 4)
        #expect(UpstreamLimits(connections: 1, pending: 1).share(last) == UpstreamLimits(connections: 1, pending: 1))
        #expect(UpstreamLimits(connections: 8, pending: 0).share(last) == UpstreamLimits(connections: 2, pending: 0))
    }
}
