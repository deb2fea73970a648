import Bytes
import Gateway
import Testing
import Transport
import Upstreams

@testable import Configuration

@Suite("upstreams")
struct UpstreamsSectionTests {
    @Test("takes every key")
    func all() throws {
        let settings = PolicyFixture.settings(
            """
            upstreams:
              echo: { builtin: echo }
              orders:
                servers: [http://10.0.0.1:9000, { url: "https://Orders.example/", weight: 2 }, "https://[::1]:1", unix:/run/o.sock]
                balance: least_request
                host: upstream
                retries: { attempts: 1, on: [connect, reset] }
                timeouts: { connect: 1s, first_byte: 2s, idle: 3s, pool: 0s }
                limits: { connections: 5, pending: 0 }
                tls: { ca: c.pem, certificate: c.pem, key: k.pem, server_name: Orders.internal }
            """,
            files: ["c.pem": PEMFixture.certificate, "k.pem": PEMFixture.key]
        )
        var tls = ClientTLSSettings()
        tls.authorities = PEMFixture.certificate
        tls.certificate = CertificateSettings(chain: PEMFixture.certificate, key: PEMFixture.key, chainFile: "c.pem")
        tls.serverName = "orders.internal"
        var weighted = ServerSettings(
            address: .name("orders.example", port: 443),
            usesTLS: true,
            authority: "orders.example"
        )
        weighted.weight = 2
        var expected = ServersSettings(servers: [
            ServerSettings(
                address: .ip(IPAddress("10.0.0.1")!, port: 9000),
                usesTLS: false,
                authority: "10.0.0.1:9000"
            ),
            weighted,
            ServerSettings(address: .ip(IPAddress("::1")!, port: 1), usesTLS: true, authority: "[::1]:1"),
            ServerSettings(address: .unix(path: "/run/o.sock"), usesTLS: false, authority: "localhost"),
        ])
        expected.balance = .leastRequest
        expected.preservesHost = false
        expected.timeouts.connect = .seconds(1)
        expected.timeouts.firstByte = .seconds(2)
        expected.timeouts.idle = .seconds(3)
        expected.timeouts.pool = .zero
        expected.limits.connections = 5
        expected.limits.pending = 0
        expected.tls = tls
        #expect(
            settings?.upstreams == [
                UpstreamSettings(name: "echo", kind: .echo), UpstreamSettings(name: "orders", kind: .servers(expected)),
            ]
        )
    }

    private static let url = "expected `http://HOST:PORT`, `https://HOST:PORT` or `unix:PATH`, found"

    @Test(
        "says what is wrong",
        arguments: [
            ("{}", "1:17: error: upstreams.a: `servers` is missing; or `builtin: echo`"),
            (
                "{ builtin: ehco }",
                "1:28: error: upstreams.a.builtin: expected one of `echo`, found \"ehco\"; did you mean `echo`?"
            ),
            ("{ builtin: echo, servers: \"http://a\" }", "1:28: error: upstreams.a.builtin: `builtin` stands alone"),
            (
                "{ servers: [] }",
                "1:28: error: upstreams.a.servers: the list is empty; leave the key out, or name something"
            ),
            ("{ servers: \"127.0.0.1:9000\" }", "1:28: error: upstreams.a.servers: \(Self.url) \"127.0.0.1:9000\""),
            ("{ servers: \"http://a b\" }", "1:28: error: upstreams.a.servers: \(Self.url) \"http://a b\""),
            ("{ servers: \"http://1.2.3\" }", "1:28: error: upstreams.a.servers: \(Self.url) \"http://1.2.3\""),
            ("{ servers: \"http://u:p@a\" }", "1:28: error: upstreams.a.servers: \(Self.url) \"http://…@a\""),
            ("{ servers: \"http://a:0\" }", "1:28: error: upstreams.a.servers: \(Self.url) \"http://a:0\""),
            ("{ servers: \"http://*.a\" }", "1:28: error: upstreams.a.servers: \(Self.url) \"http://*.a\""),
            ("{ servers: [{ weight: 1 }] }", "1:29: error: upstreams.a.servers[0]: `url` is missing"),
            (
                "{ servers: [{ url: \"http://a\", weight: 0 }] }",
                "1:56: error: upstreams.a.servers[0].weight: expected a whole number from 1 to 1000, found \"0\""
            ),
            (
                "{ servers: \"http://a/b\" }",
                "1:28: error: upstreams.a.servers: a server has no path; requests keep theirs, less what `strip_prefix` takes"
            ),
            ("{ servers: \"h2c://a\" }", "1:28: error: upstreams.a.servers: `h2c` is not supported by this version"),
            (
                "{ servers: \"http://a\", health: { path: / } }",
                "1:40: error: upstreams.a.health: `health` is not supported by this version"
            ),
            (
                "{ servers: \"http://a\", outlier: {} }",
                "1:40: error: upstreams.a.outlier: `outlier` is not supported by this version"
            ),
            (
                "{ servers: \"http://a\", retries: { attempts: 2 } }",
                "1:40: error: upstreams.a.retries: `retries` is not supported by this version"
            ),
            (
                "{ servers: \"http://a\", retries: { on: [connect] } }",
                "1:40: error: upstreams.a.retries: `retries` is not supported by this version"
            ),
            (
                "{ servers: \"http://a\", retries: {} }",
                "1:40: error: upstreams.a.retries: `retries` is not supported by this version"
            ),
            (
                "{ servers: \"http://a\", balance: random }",
                "1:49: error: upstreams.a.balance: expected one of `round_robin`, `least_request`, found \"random\""
            ),
            (
                "{ servers: \"http://a\", host: a }",
                "1:46: error: upstreams.a.host: expected one of `preserve`, `upstream`, found \"a\""
            ),
            (
                "{ servers: \"http://a\", tls: {} }",
                "1:45: warning: upstreams.a.tls: none of the servers is `https`, so nothing is encrypted"
            ),
            (
                "{ servers: \"https://a\", tls: { key: k.pem } }",
                "1:46: error: upstreams.a.tls: `certificate` is missing"
            ),
            (
                "{ servers: \"https://a\", tls: { certificate: c.pem } }",
                "1:46: error: upstreams.a.tls: `key` is missing"
            ),
            (
                "{ servers: \"https://a\", tls: { server_name: \"a:1\" } }",
                "1:61: error: upstreams.a.tls.server_name: expected the name of a host, found \"a:1\""
            ),
            (
                "{ servers: \"https://a\", tls: { ca: k.pem } }",
                "1:52: error: upstreams.a.tls.ca: the file has no PEM certificate (`-----BEGIN CERTIFICATE-----`)"
            ),
            (
                "{ servers: \"https://a\", tls: { ca: broken.pem } }",
                "1:52: error: upstreams.a.tls.ca: no certificate in it can be read: wrong tag"
            ),
            (
                "{ servers: \"https://a\", tls: { certificate: c.pem, key: o.pem } }",
                "1:73: error: upstreams.a.tls.key: the key does not belong to the certificate"
            ),
            (
                "{ servers: \"https://a\", tls: { verify: no } }",
                "1:56: error: upstreams.a.tls.verify: expected `true` or `false`, found \"no\""
            ),
            (
                "{ servers: \"https://a\", tls: { verify: false } }",
                "1:56: warning: upstreams.a.tls.verify: anybody between here and the server can pose as it"
            ),
        ]
    )
    func wrong(_ upstream: String, _ expected: String) {
        let snippet = "upstreams: { a: \(upstream), echo: { builtin: echo } }\ndefaults: { upstream: a }"
        let files = [
            "c.pem": PEMFixture.certificate, "k.pem": PEMFixture.key, "o.pem": PEMFixture.otherKey,
            "broken.pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ]
        #expect(PolicyFixture.problems(snippet, files: files) == [expected])
    }
}
