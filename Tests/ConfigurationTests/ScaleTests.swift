import Gateway
import Testing

@testable import Configuration

@Suite("A large policy")
struct ScaleTests {
    static let count = 10_000

    static func policy(_ count: Int, _ route: (Int) -> String) -> String {
        "defaults: { upstream: echo, timeout: 60s }\nroutes:\n" + (0..<count).map { "  - \(route($0))\n" }.joined()
    }

    // A release build takes a tenth of this; what is quadratic takes a hundred times as long.
    @Test(
        "of ten thousand routes is read, checked and reported in seconds, even by a debug build",
        .timeLimit(.minutes(1))
    )
    func routes() throws {
        let text = Self.policy(Self.count) { index in
            "{ path: \"/tenants/{tenant}/service\(index)/**\", methods: [GET, POST], access: { scopes: [\"s\(index):read\"], claims: { tenant: \"{tenant}\" } }, request_headers: { X-Key: \"${KEY:-none}\" } }"
        }
        let reading = PolicyFixture.read(PolicyFixture.complete(text))
        #expect(reading.lines.isEmpty)
        let settings = try #require(reading.configuration?.settings)
        #expect(settings.routes.count == Self.count)
        #expect(RouteReport.report(settings).count == Self.count)
    }

    @Test("in which everything is wrong says so as fast", .timeLimit(.minutes(1)))
    func problems() {
        let text = Self.policy(2000) { "{ path: /same, upstream: ecko\($0), acces: public, name: same }" }
        let upstreams = (0..<999).map { "a\($0): { builtin: echo }" }.joined(separator: ", ")
        let lines = PolicyFixture.problems(text + "upstreams: { \(upstreams) }\n")
        #expect(lines.count == 3 * 2000 + 1)
        let conflicts = PolicyFixture.problems(Self.policy(2000) { _ in "{ path: /same, access: public, name: same }" })
        #expect(conflicts.count == 2 * 1999)
    }
}
