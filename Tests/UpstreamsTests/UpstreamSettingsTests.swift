import Testing

@testable import Upstreams

@Suite("What an upstream is allowed")
struct UpstreamSettingsTests {
    @Test(
        "workers share the limits, and each has one at least",
        arguments: [
            (1024, 1024, 1, 1024, 1024), (1024, 100, 4, 256, 25), (10, 7, 4, 2, 1), (1, 1, 4, 1, 1), (8, 0, 4, 2, 0),
        ]
    )
    func share(_ connections: Int, _ pending: Int, _ workers: Int, _ ownConnections: Int, _ ownPending: Int) {
        let share = UpstreamLimits(connections: connections, pending: pending).share(ofWorkers: workers)
        #expect(share == UpstreamLimits(connections: ownConnections, pending: ownPending))
    }
}
