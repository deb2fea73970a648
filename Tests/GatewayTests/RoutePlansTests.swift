import Bytes
import HTTPConnections
import Policy
import Reactor
import Testing
import Transport
import Upstreams

@testable import Gateway

/// Routes that are carried out alike share a plan, and no others do.
@Suite("Plans of routes")
struct RoutePlansTests {
    private let loop: EventLoop
    private let transport: TransportContext
    private let services: UpstreamServices

    init() {
        self.loop = EventLoop()
        self.transport = TransportContext(loop: self.loop)
        self.services = UpstreamServices(client: ClientContext(transport: self.transport), loop: self.loop)
    }

    @Test("are shared by routes that differ in name, place and access alone")
    func shared() throws {
        var routes = try [Self.route("/a"), Self.route("/b/{c}")]
        routes[1].methods = ["POST"]
        routes[1].access = .authenticated
        let plans = self.plans(routes)
        #expect(plans.plan(of: 0) === plans.plan(of: 1))
    }

    @Test("are not shared by routes that are carried out in another way", arguments: Self.changes)
    func apart(_ change: Change) throws {
        var routes = try [Self.route("/a"), Self.route("/b"), Self.route("/c")]
        change.apply(&routes[1])
        let plans = self.plans(routes)
        #expect(plans.plan(of: 0) !== plans.plan(of: 1))
        #expect(plans.plan(of: 0) === plans.plan(of: 2))
    }

    @Test("compare texts byte by byte, not as Unicode does")
    func bytes() throws {
        var routes = try [Self.route("/a"), Self.route("/b")]
        // Composed and decomposed: `==` of strings holds.
        for (index, text) in ["caf\u{e9}", "cafe\u{301}"].enumerated() {
            routes[index].responseHeaders = [HeaderSettings(name: "X-Place", value: text)]
        }
        let plans = self.plans(routes)
        #expect(plans.plan(of: 0).responseLines == Array("X-Place: caf\u{e9}\r\n".utf8))
        #expect(plans.plan(of: 1).responseLines == Array("X-Place: cafe\u{301}\r\n".utf8))
    }

    @Test("leave each route its own row in the metrics")
    func rows() throws {
        let plans = self.plans(try [Self.route("/a"), Self.route("/b")], rows: [7, 4])
        #expect([plans.row(of: 0), plans.row(of: 1)] == [7, 4])
    }

    // MARK: -

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let apply: @Sendable (inout RouteSettings) -> Void

        init(_ name: String, _ apply: @escaping @Sendable (inout RouteSettings) -> Void) {
            self.testDescription = name
            self.apply = apply
        }
    }

    static let changes = [
        Change("another upstream") { $0.destination = .upstream("other") },
        Change("echo") { $0.destination = .upstream("echo") },
        Change("respond") { $0.destination = .respond(status: 200, headers: [], body: "") },
        Change("redirect") { $0.destination = .redirect(to: "https://a.example", status: 308) },
        Change("forward_auth alone") { $0.destination = .nowhere },
        Change("timeout") { $0.timeout = .seconds(1) },
        Change("max_body") { $0.maximumBody = 1 },
        Change("request_headers") { $0.requestHeaders = [HeaderSettings(name: "X-A", value: "1")] },
        Change("response_headers") { $0.responseHeaders = [HeaderSettings(name: "X-A", value: "1")] },
        Change("strip_prefix") { $0.stripPrefix = "/a" },
        Change("authorization: forward") { $0.identity.authorization = .forward },
        Change("upgrades") { $0.upgrades = [] },
        Change("cors") { $0.cors = CORSSettings(origins: ["https://a.example"]) },
    ]

    private static func route(_ path: String) throws -> RouteSettings {
        RouteSettings(name: path, path: try PathPattern(path), access: .public, destination: .upstream("app"))
    }

    private func plans(_ routes: [RouteSettings], rows: [Int]? = nil) -> RoutePlans {
        var upstreams: [String: RoutePlan.Destination] = ["echo": .echo]
        for (row, name) in ["app", "other"].enumerated() {
            let address = ServerAddress.ip(IPAddress(ipv4: 0x7f00_0001), port: 80)
            let server = ServerSettings(address: address, usesTLS: false, authority: "localhost")
            let settings = ServersSettings(servers: [server])
            let upstream = Upstream(name: name, settings: settings, services: self.services)
            upstreams[name] = .forward(PlannedUpstream(upstream, row: row))
        }
        return RoutePlans(
            routes,
            rows: rows ?? Array(routes.indices),
            upstreams: upstreams,
            ownCookies: []
        )
    }
}
