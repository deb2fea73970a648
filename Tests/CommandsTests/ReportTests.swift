import Configuration
import JOSE
import Testing

@testable import Commands

@Suite("What check and routes print")
struct ReportTests {
    static let good = """
        issuers: { corp: { issuer: https://issuer.test, audiences: a, algorithms: ES256, keys: discovery } }
        defaults: { upstream: echo }
        routes:
          - { path: /items/**, methods: [GET, POST], access: { scopes: [items:read] } }
          - { path: /, access: public, name: start }
        """

    @Test("is a table of all routes, as they are tried")
    func routes() throws {
        let settings = try #require(CommandFixture.read(Self.good).configuration?.settings)
        let listing = RouteListing(RouteReport.report(settings))
        #expect(
            listing.text == """
                ACCESS     METHODS   HOSTS  PATH       WHO MAY PASS      TO             NAME
                public     any       any    /          anyone            upstream echo  start
                protected  GET,POST  any    /items/**  scope items:read  upstream echo  GET,POST /items/**

                """
        )
        #expect(listing.json.array?.map { $0["name"] } == ["start", "GET,POST /items/**"])
        #expect(listing.json.array?[1]["methods"] == ["GET", "POST"])
    }

    @Test("has what is wrong with the store's file, at its place")
    func store() {
        // A directory that every machine has.
        let server =
            "authorization_server: { issuer: https://id.example.com/identity, store: \"sqlite:/tmp\", audiences: a }"
        let reading = CommandFixture.read(server + "\nroutes: [{ path: /, access: public, upstream: echo }]")
            .withServerFiles()
        #expect(
            reading.problems.map(\.description) == [
                "gateway.yaml:4:66: error: authorization_server.store: /tmp is a directory; name a file in it: "
                    + "`sqlite:/tmp/gatehouse.db`"
            ]
        )
        #expect(!CheckReport(reading, file: "gateway.yaml").passes(strict: false))
    }

    @Test("begins with what the gateway answers itself")
    func builtIn() throws {
        let server =
            "authorization_server: { issuer: https://id.example.com/identity, store: memory, audiences: a }\n"
        let settings = try #require(CommandFixture.read(server + Self.good).configuration?.settings)
        let table = RouteReport.table(settings)
        #expect(
            table.map { "\($0.exposure.rawValue) \($0.hosts) \($0.path)" }.prefix(4) == [
                "built_in [\"id.example.com\"] /identity/**",
                "built_in [\"id.example.com\"] /.well-known/oauth-authorization-server/identity/**",
                "built_in [\"id.example.com\"] /.well-known/openid-configuration/identity/**",
                "public [] /",
            ]
        )
        #expect(RouteReport.report(settings).count == 2)
    }

    @Test("says which routes browsers sign in for")
    func login() throws {
        let login = """
            login:
              base_url: https://app.example.com
              providers: { corp: { issuer: https://login.example.com, client_id: a, client_secret: made-up } }
            issuers: {}
            routes: [{ path: /app/**, access: authenticated, login: true, respond: {} }]
            """
        let reading = CommandFixture.read(login)
        let settings = try #require(reading.configuration?.settings)
        let rows = RouteListing(RouteReport.table(settings)).text.split(separator: "\n")
        #expect(
            rows.dropFirst().map { $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ") }
                == [
                    "built_in any app.example.com /oauth2/** anyone, to sign in and out login login /oauth2/**",
                    "protected any any /app/** any valid token; login respond 200 /app/**",
                ]
        )
        let report = CheckReport(reading, file: "gateway.yaml")
        #expect(report.text.contains("protected  /app/**  any valid token; login\n"))
    }

    @Test("says which routes only answer forward-auth")
    func forwardAuth() throws {
        let routes = "routes: [{ path: /a, access: public }, { path: /b, access: public, upstream: echo }]\n"
        let listener = "{ address: 127.0.0.1:8080, trusted_proxies: 127.0.0.1, forward_auth: true }"
        let report = CheckReport(CommandFixture.read(routes, listener: listener), file: "gateway.yaml")
        #expect(
            report.text.split(separator: "\n").prefix(2) == [
                "public  /a  anyone, by forward_auth alone",
                "public  /b  anyone",
            ]
        )
    }

    @Test("is every problem with its place, and the sum")
    func problems() {
        let report = CheckReport(CommandFixture.read("rotues: []\n"), file: "gateway.yaml")
        let lines = report.text.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("gateway.yaml:4:1: error: rotues: ") && $0.contains("`routes`") })
        #expect(lines.last == "gateway.yaml: 2 errors, no warnings")
        #expect(report.json["errors"] == 2)
        #expect(report.json["routes"] == .null)
        #expect(!report.passes(strict: false))
    }

    @Test("is each route as public or protected, when there is no error")
    func exposure() {
        let report = CheckReport(CommandFixture.read(Self.good), file: "gateway.yaml")
        #expect(
            report.text == """
                public     /                   anyone
                protected  GET,POST /items/**  scope items:read
                gateway.yaml: no errors, no warnings, 2 routes, 1 public

                """
        )
        #expect(report.passes(strict: true))
    }

    @Test("passes a warning, unless strict")
    func warning() {
        let text = Self.good.replacing("audiences: a,", with: "audiences: any,")
        let report = CheckReport(CommandFixture.read(text), file: "gateway.yaml")
        #expect(report.json["warnings"] == 1)
        #expect(report.passes(strict: false))
        #expect(!report.passes(strict: true))
    }
}
