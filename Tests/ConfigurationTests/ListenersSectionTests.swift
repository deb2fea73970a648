import Admin
import Bytes
import Gateway
import Testing
import Transport

@testable import Configuration

@Suite("listeners and admin")
struct ListenersSectionTests {
    @Test(
        "takes addresses of every form",
        arguments: [
            ("0.0.0.0:8080", "0.0.0.0:8080"), ("[::]:443", "[::]:443"), ("localhost:1", "127.0.0.1:1"),
            ("unix:/run/g.sock", "unix:/run/g.sock"), ("unix:g.sock", "unix:g.sock"),
        ]
    )
    func addresses(_ text: String, _ expected: String) {
        let settings = PolicyFixture.settings("listeners: { a: { address: \"\(text)\" } }")
        #expect(settings?.listeners.map(\.address.description) == [expected])
    }

    @Test("takes every key")
    func all() throws {
        let files = ["tls.crt": PEMFixture.certificate, "tls.key": PEMFixture.key]
        let settings = PolicyFixture.settings(
            """
            listeners:
              public:
                address: 127.0.0.1:8443
                tls: { certificates: [{ certificate: tls.crt, key: tls.key }], minimum: "1.3", hsts: 365d }
                proxy_protocol: false
                trusted_proxies: [10.0.0.0/8, unix, "::1"]
                forward_auth: false
            """,
            files: files
        )
        let listener = try #require(settings?.listeners.first)
        #expect(listener.name == "public")
        #expect(listener.trustedProxies == [Network("10.0.0.0/8")!, Network("::1")!])
        #expect(listener.trustsUnixPeers)
        #expect(listener.tls?.minimum == .tls13)
        #expect(listener.tls?.strictTransportSecurity == 31_536_000)
        #expect(
            listener.tls?.certificates == [
                CertificateSettings(chain: PEMFixture.certificate, key: PEMFixture.key, chainFile: "tls.crt")
            ]
        )
    }

    @Test(
        "takes forward_auth as a word or a mapping",
        arguments: [("false", nil), ("true", false), ("{}", false), ("{ default_method: true }", true)]
    )
    func forwardAuth(_ text: String, _ assumesGET: Bool?) {
        let listener = "{ address: 127.0.0.1:1, trusted_proxies: unix, forward_auth: \(text) }"
        let settings = PolicyFixture.settings("listeners: { a: \(listener) }")
        #expect(settings?.listeners.first?.forwardAuth?.assumesGET == assumesGET)
        #expect(settings?.answersForwardAuth == (assumesGET != nil))
    }

    @Test("asks for trusted_proxies where there is forward_auth", arguments: ["", "trusted_proxies: [], "])
    func untrusted(_ trusted: String) {
        let listener = "{ address: 127.0.0.1:1, \(trusted)forward_auth: true }"
        let problems = PolicyFixture.problems("listeners: { a: \(listener) }")
        let message = "needs `trusted_proxies`: the proxies that may ask, since they say what they ask about"
        #expect(problems == ["1:\(55 + trusted.utf8.count): error: listeners.a.forward_auth: \(message)"])
    }

    @Test("says once what is wrong with the proxies that may ask")
    func wrongProxies() {
        let problems = PolicyFixture.problems(
            "listeners: { a: { address: 127.0.0.1:1, trusted_proxies: nobody, forward_auth: true } }"
        )
        #expect(problems.count == 1)
        #expect(problems.allSatisfy { $0.contains("listeners.a.trusted_proxies") })
    }

    @Test(
        "says what is wrong",
        arguments: [
            ("listeners: {}", "1:12: error: listeners: there must be at least one listener"),
            ("listeners: { a: {} }", "1:17: error: listeners.a: `address` is missing"),
            (
                "listeners: { \"a b\": { address: \"[::]:1\" } }",
                "1:14: error: listeners.a b: a name is 1 to 64 letters, digits, `-`, `_` and `.`"
            ),
            (
                "listeners: { a: { address: 8080 } }",
                "1:28: error: listeners.a.address: expected `ADDRESS:PORT`, `[IPV6]:PORT` or `unix:PATH`, found \"8080\"; for all addresses write `0.0.0.0:8080`"
            ),
            (
                "listeners: { a: { address: \":80\" } }",
                "1:28: error: listeners.a.address: expected `ADDRESS:PORT`, `[IPV6]:PORT` or `unix:PATH`, found \":80\"; all addresses are `0.0.0.0` or `[::]`"
            ),
            (
                "listeners: { a: { address: \"::1:80\" } }",
                "1:28: error: listeners.a.address: expected `ADDRESS:PORT`, `[IPV6]:PORT` or `unix:PATH`, found \"::1:80\""
            ),
            (
                "listeners: { a: { address: \"127.0.0.1:0\" } }",
                "1:28: error: listeners.a.address: expected `ADDRESS:PORT`, `[IPV6]:PORT` or `unix:PATH`, found \"127.0.0.1:0\""
            ),
            (
                "listeners: { a: { address: \"127.0.0.1:65536\" } }",
                "1:28: error: listeners.a.address: expected `ADDRESS:PORT`, `[IPV6]:PORT` or `unix:PATH`, found \"127.0.0.1:65536\""
            ),
            (
                "listeners: { a: { address: \"example.com:80\" } }",
                "1:28: error: listeners.a.address: \"example.com:80\" names a host; listeners take an address, such as `0.0.0.0` for all"
            ),
            (
                "listeners: { a: { address: \"unix:\" } }",
                "1:28: error: listeners.a.address: `unix:` needs the path of a socket behind it"
            ),
            (
                "listeners: { a: { address: \"unix:/\(String(repeating: "x", count: 107))\" } }",
                "1:28: error: listeners.a.address: the path of a socket has at most 107 bytes"
            ),
            (
                "listeners: { a: { address: \"127.0.0.1:1\" }, b: { address: \"localhost:1\" } }",
                "1:59: error: listeners.b.address: the same address as `listeners.a.address`"
            ),
            (
                "listeners: { a: { address: \"127.0.0.1:1\", trusted_proxies: 10.0.0.1/8 } }",
                "1:60: error: listeners.a.trusted_proxies: expected a network such as `10.0.0.0/8` or `fd00::/8`, found \"10.0.0.1/8\"; the bits behind the prefix must be zero"
            ),
            (
                "listeners: { a: { address: \"127.0.0.1:1\", trusted_proxies: [lan] } }",
                "1:61: error: listeners.a.trusted_proxies[0]: expected a network such as `10.0.0.0/8` or `fd00::/8`, found \"lan\""
            ),
            (
                "listeners: { a: { address: \"127.0.0.1:1\", trusted_proxies: 0.0.0.0/0 } }",
                "1:60: warning: listeners.a.trusted_proxies: everybody may say who the client is, and from where"
            ),
            (
                "listeners: { a: { address: \"127.0.0.1:1\", trusted_proxies: \"::/0\" } }",
                "1:60: warning: listeners.a.trusted_proxies: everybody may say who the client is, and from where"
            ),
        ]
    )
    func wrong(_ snippet: String, _ expected: String) {
        #expect(PolicyFixture.problems(snippet) == [expected])
    }

    // MARK: - TLS

    @Test(
        "says what is wrong with certificates",
        arguments: [
            ("{ }", "1:48: error: listeners.a.tls: `certificates` is missing"),
            (
                "{ certificates: [] }",
                "1:64: error: listeners.a.tls.certificates: the list is empty; leave the key out, or name something"
            ),
            (
                "{ certificates: [{ key: tls.key }] }",
                "1:65: error: listeners.a.tls.certificates[0]: `certificate` is missing"
            ),
            (
                "{ certificates: [{ certificate: none.crt, key: tls.key }] }",
                "1:80: error: listeners.a.tls.certificates[0].certificate: the file `none.crt` cannot be read: No such file or directory"
            ),
            (
                "{ certificates: [{ certificate: tls.key, key: tls.key }] }",
                "1:80: error: listeners.a.tls.certificates[0].certificate: the file has no PEM certificate (`-----BEGIN CERTIFICATE-----`)"
            ),
            (
                "{ certificates: [{ certificate: tls.crt, key: tls.crt }] }",
                "1:94: error: listeners.a.tls.certificates[0].key: the file has no PEM private key (`-----BEGIN PRIVATE KEY-----`)"
            ),
            (
                "{ certificates: [{ certificate: tls.crt, key: other.key }] }",
                "1:94: error: listeners.a.tls.certificates[0].key: the key does not belong to the certificate"
            ),
            (
                "{ certificates: [{ certificate: broken.crt, key: tls.key }] }",
                "1:80: error: listeners.a.tls.certificates[0].certificate: the certificate cannot be read: wrong tag"
            ),
            (
                "{ certificates: [{ certificate: tls.crt, key: broken.key }] }",
                "1:94: error: listeners.a.tls.certificates[0].key: the private key cannot be read; an encrypted one is not supported"
            ),
            (
                "{ certificates: [{ certificate: latin1.crt, key: tls.key }] }",
                "1:80: error: listeners.a.tls.certificates[0].certificate: the file is no text"
            ),
            (
                "{ certificates: [{ certificate: weak.crt, key: weak.key }] }",
                "1:48: error: listeners.a.tls: the certificate cannot be read: ee key too small"
            ),
            (
                "{ certificates: [{ certificate: expired.crt, key: tls.key }] }",
                "1:80: warning: listeners.a.tls.certificates[0].certificate: the certificate expired on 2021-01-01"
            ),
            (
                "{ certificates: [{ certificate: future.crt, key: tls.key }] }",
                "1:80: warning: listeners.a.tls.certificates[0].certificate: the certificate is not valid before 2119-01-01"
            ),
            (
                "{ certificates: [{ certificate: tls.crt, key: tls.key }], minimum: 1.1 }",
                "1:115: error: listeners.a.tls.minimum: expected one of `1.2`, `1.3`, found \"1.1\"; did you mean `1.2`?"
            ),
            (
                "{ certificates: [{ certificate: tls.crt, key: tls.key }], hsts: 10ms }",
                "1:112: error: listeners.a.tls.hsts: must be whole seconds"
            ),
            (
                "{ certificates: [{ certificate: tls.crt, key: tls.key }], client: { ca: tls.crt } }",
                "1:106: error: listeners.a.tls.client: `client` is not supported by this version"
            ),
        ]
    )
    func tls(_ tls: String, _ expected: String) {
        var files = [
            "tls.crt": PEMFixture.certificate, "tls.key": PEMFixture.key, "other.key": PEMFixture.otherKey,
            "expired.crt": PEMFixture.expiredCertificate, "future.crt": PEMFixture.futureCertificate,
            "weak.crt": PEMFixture.weakCertificate, "weak.key": PEMFixture.weakKey,
            "broken.crt": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "broken.key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ].mapValues { Array($0.utf8) }
        files["latin1.crt"] = [0xFF]
        files["keys.jwks"] = Array(PolicyFixture.keySet.utf8)
        files["gateway.yaml"] = Array(
            PolicyFixture.complete("listeners: { a: { address: \"127.0.0.1:1\", tls: \(tls) } }").utf8
        )
        let reading = PolicyReading(file: "gateway.yaml", environment: .fixed(files: files))
        #expect(reading.lines == [expected])
    }

    // MARK: - Admin

    @Test("is for this machine by default, and off when it says so")
    func admin() {
        let local = AdminSettings(address: .ip(IPAddress("127.0.0.1")!, port: 9901))
        #expect(PolicyFixture.read(PolicyFixture.complete("")).configuration?.admin == local)
        #expect(PolicyFixture.read(PolicyFixture.complete("admin: {}")).configuration?.admin == local)
        let off = PolicyFixture.read(PolicyFixture.complete("admin: off"))
        #expect(off.configuration != nil)
        #expect(off.configuration?.admin == nil)
        var both = AdminSettings(address: .ip(IPAddress("::1")!, port: 1))
        both.probes = .ip(IPAddress("0.0.0.0")!, port: 2)
        let snippet = "admin: { address: \"[::1]:1\", probes: \"0.0.0.0:2\" }"
        #expect(PolicyFixture.read(PolicyFixture.complete(snippet)).configuration?.admin == both)
    }

    @Test(
        "says what is wrong with admin",
        arguments: [
            ("admin: false", "1:8: error: admin: to have none, write `admin: off`"),
            ("admin: on", "1:8: error: admin: expected keys and values, found \"on\""),
            ("admin: { adress: \"127.0.0.1:1\" }", "1:10: error: admin.adress: unknown key; did you mean `address`?"),
            (
                "admin: { address: \"127.0.0.1:8080\" }",
                "1:19: error: admin.address: the same address as `listeners.public.address`"
            ),
            (
                "admin: { address: \"0.0.0.0:9901\" }",
                "1:19: warning: admin.address: other machines can read the routes, issuers and decisions; `probes` has health and metrics alone"
            ),
        ]
    )
    func wrongAdmin(_ snippet: String, _ expected: String) {
        #expect(PolicyFixture.problems(snippet) == [expected])
    }
}
