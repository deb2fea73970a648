import Policy
import Telemetry
import Testing
import Upstreams

@testable import Gateway

@Suite("The rows of a policy's names in the metrics")
struct MetricRowsTests {
    private func settings(_ routes: [String], injecting headers: [String] = []) throws -> GatewaySettings {
        var settings = GatewaySettings()
        settings.routes = try routes.map { name in
            let destination = DestinationSettings.respond(status: 200, headers: [], body: "")
            var route = RouteSettings(
                name: name,
                path: try PathPattern("/\(name)"),
                access: .public,
                destination: destination
            )
            route.identity.strip = []
            route.identity.headers = []
            route.requestHeaders = headers.map { HeaderSettings(name: $0, value: "1") }
            return route
        }
        return settings
    }

    private var labels: MetricLabels { MetricLabels(codes: [], pathReasons: []) }

    @Test("leave the first one to requests without a route")
    func noRoute() throws {
        var labels = self.labels
        let rows = MetricRows(try self.settings(["a", "b"]), &labels)
        #expect(rows.routes == [1, 2])
        #expect(!rows.routes.contains(MetricLabels.noRoute))
    }

    @Test("stay with their names across reloads, and are given to no other")
    func reload() throws {
        var labels = self.labels
        let first = MetricRows(try self.settings(["a", "b"], injecting: ["X-One", "X-Two"]), &labels)
        let second = MetricRows(try self.settings(["b", "c"], injecting: ["X-Two", "X-Three"]), &labels)
        #expect(second.routes == [first.routes[1], 3])
        #expect(first.headers == [0, 1])
        #expect(second.headers == [1, 2])
        #expect(labels.routes.names == ["", "a", "b", "c"])
        #expect(labels.headers.names == ["X-One", "X-Two", "X-Three"])
    }
}
