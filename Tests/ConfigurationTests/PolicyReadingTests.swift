import Gateway
import Glibc
import OAuth
import Policy
import Testing

@testable import Configuration

@Suite("Reading a policy")
struct PolicyReadingTests {
    // MARK: - The file and its top keys

    @Test("says when there is no file")
    func noFile() {
        let reading = PolicyReading(file: "/etc/gatehouse/gateway.yaml", environment: .fixed())
        #expect(
            reading.problems.map(\.description) == [
                "/etc/gatehouse/gateway.yaml:1:1: error: the file cannot be read: No such file or directory"
            ]
        )
        #expect(reading.files == ["/etc/gatehouse/gateway.yaml"])
        #expect(reading.hasErrors)
    }

    @Test(
        "says what is wrong with the policy as a whole",
        arguments: [
            ("", ["1:1: error: the policy is empty"]),
            ("- a", ["1:1: error: expected keys and values, found a list"]),
            (
                "{}",
                [
                    "1:1: error: `version` is missing; write `version: 1`",
                    "1:1: error: `routes` is missing; a list of paths and who may pass",
                ]
            ),
            (
                "version: 1\nversion: 1\nlisteners: {a: {address: \"[::]:1\"}}\nroutes: []\n",
                [
                    "2:1: error: the key \"version\" is already on line 1"
                ]
            ),
            ("version: 1\nroutes: [\n", ["3:1: error: not valid YAML: did not find expected node content"]),
        ] as [(String, [String])]
    )
    func whole(_ text: String, _ expected: [String]) {
        #expect(PolicyFixture.lines(text) == expected)
    }

    @Test(
        "refuses by name what it does not act on",
        arguments: [
            ("version: 2", "1:10: error: version: this build reads policies of version 1"),
            ("rotues: []", "1:1: error: rotues: unknown key; did you mean `routes`?"),
            ("tests: [{ name: a }]", "1:1: error: tests: `tests` is not supported by this version"),
            (
                "listeners: { a: { address: \"[::]:1\", proxy_protocol: true } }",
                "1:38: error: listeners.a.proxy_protocol: `proxy_protocol` is not supported by this version"
            ),
        ]
    )
    func unsupported(_ snippet: String, _ expected: String) {
        #expect(PolicyFixture.problems(snippet) == [expected])
    }

    @Test("tells all problems of a policy at once, from top to bottom")
    func allAtOnce() {
        let lines = PolicyFixture.lines(
            """
            version: 1
            server: { wokers: 2 }
            routes:
              - path: /a
                access: { scops: a, issuers: corq }
              - path: /b
                upstream: ordrs
            issuers:
              corp: { issuer: https://a.example, audiences: a, algorithms: none, leeway: 2m }
            upstreams:
              orders: { servers: "http://a" }
            listeners: {}
            """
        )
        #expect(
            lines == [
                "2:11: error: server.wokers: unknown key; did you mean `workers`?",
                "4:5: error: routes[0]: leads nowhere; it needs one of `upstream`, `respond` and `redirect`",
                "5:15: error: routes[0].access.scops: unknown key; did you mean `scopes`?",
                "5:34: error: routes[0].access.issuers: unknown issuer \"corq\"; did you mean `corp`?",
                "6:5: error: routes[1]: `access` is missing; write `access: public` if you mean it",
                "7:15: error: routes[1].upstream: unknown upstream \"ordrs\"; did you mean `orders`?",
                "9:64: error: issuers.corp.algorithms: an unsigned token proves nothing; `none` is never accepted",
                "9:78: error: issuers.corp.leeway: at most 60s; set the clocks instead",
                "12:12: error: listeners: there must be at least one listener",
            ]
        )
    }

    // MARK: - What comes from outside

    @Test("replaces variables and files, and remembers the files")
    func interpolation() throws {
        let text = PolicyFixture.complete(
            """
            issuers:
              corp: { issuer: "${ISSUER}", audiences: "${AUDIENCE:-orders}", algorithms: HS256, keys: { secret: "${file:secret}" } }
            server:
              workers: ${WORKERS}
            """
        )
        let reading = PolicyFixture.read(
            text,
            variables: ["ISSUER": "https://a.example", "WORKERS": "3"],
            files: ["secret": "f3a91c0be87d45626b90de1f7a3c5e84\n"]
        )
        #expect(reading.lines == [])
        let settings = try #require(reading.configuration?.settings)
        #expect(settings.server.workers == 3)
        #expect(settings.issuers.first?.issuer == "https://a.example")
        #expect(settings.issuers.first?.keys == .secret(Array("f3a91c0be87d45626b90de1f7a3c5e84".utf8)))
        #expect(reading.files == ["gateway.yaml", "secret"])
    }

    @Test("shows what the file says and never what replaced it")
    func secrecy() {
        let lines = PolicyFixture.problems(
            """
            server: { workers: "${S}" }
            upstreams: { echo: { builtin: echo }, a: { servers: "${S}" } }
            issuers: { demo: { issuer: "${S}", audiences: x, algorithms: "${S}", keys: { url: "${S}" }, leeway: "${S}" } }
            admin: { address: "${S}" }
            routes:
              - { path: "${S}", access: "${S}", upstream: "${S}", "${S}": 1, hosts: "${S}", methods: "${S}" }
              - { path: /a, name: "${S}", access: { issuers: "${S}", claims: { "${S}": 1, a: "{${S}}" } }, request_headers: { "${S}": a } }
            """,
            variables: ["S": "s3cr..t 1"]
        )
        #expect(lines.count == 17)
        #expect(!lines.joined(separator: "\n").contains("s3cr"), "\(lines)")
        #expect(lines.filter { $0.contains("\"${S}\"") }.count == 14)
    }

    @Test("does not show what was replaced in other names either")
    func secretNames() {
        let lines = PolicyFixture.problems(
            """
            upstreams: { "${S}": { builtin: echo } }
            identity: { headers: { "X-${S}": sub, "x_${S}": iss } }
            defaults: { access: authenticated, respond: {} }
            routes:
              - { path: "/{${S}}", methods: "${S}", access: { claims: { a: "{hunter3}" } } }
              - { path: "/{a}", methods: "${S}", upstream: hunter3, name: "${S}" }
              - { path: "/b", methods: "${S}", name: "${S}" }
            """,
            variables: ["S": "hunter2"]
        )
        #expect(
            lines == [
                "2:39: error: identity.headers.x_${S}: `x_${S}` and `X-${S}` are the same header",
                "5:64: error: routes[0].access.claims.a: the path of the route has no parameter of this name",
                "6:48: error: routes[1].upstream: unknown upstream \"hunter3\"",
            ]
        )
        let together = PolicyFixture.problems(
            """
            defaults: { access: authenticated, respond: {} }
            routes:
              - { path: /a, methods: "${S}", name: "${S}" }
              - { path: /a, methods: "${S}", name: "${S}" }
            """,
            variables: ["S": "hunter2"]
        )
        #expect(
            together == [
                "4:5: error: routes[1]: the route on line 3 has the same path and takes this method too",
                "4:40: error: routes[1].name: the route on line 3 has this name",
            ]
        )
    }

    @Test("names a variable that is not set, and a file that is not there")
    func unset() {
        let lines = PolicyFixture.problems("server: { workers: \"${NO_WORKERS}\", drain_delay: \"${file:none}\" }")
        #expect(
            lines == [
                "1:20: error: the environment variable `NO_WORKERS` is not set",
                "1:50: error: the file `none` cannot be read: No such file or directory",
            ]
        )
    }

    @Test("judges the rest when variables and files may be missing")
    func unsetAllowed() {
        let text = PolicyFixture.complete(
            """
            server: { workers: "${A}", drain_delay: "${file:none}", limits: { header_bytes: "${A}" } }
            admin: { address: "${A}" }
            listeners: { a: { address: "${A}", trusted_proxies: ["${A}"], tls: { certificates: [{ certificate: none, key: "${A}" }] } } }
            issuers: { demo: { issuer: "${A}", audiences: ["${A}"], algorithms: ["${A}"], keys: { file: none }, leeway: "${A}" } }
            upstreams: { orders: { servers: "${A}" }, echo: { builtin: "${A}" } }
            routes:
              - { path: "${A}", access: "${A}", upstream: "${A}", hosts: "${A}", methods: "${A}", timeout: "${A}" }
              - { path: /a, access: { issuers: demo, scopes: "${A}", claims: { a: "${A}" } }, upstream: orders, cors: { origins: "${A}" } }
              - { path: /b, access: public, upstream: nowhere, request_headers: { X-A: "${A}" } }
            """
        )
        let reading = PolicyFixture.read(text, allowsUnset: true)
        #expect(reading.lines == ["9:43: error: routes[2].upstream: unknown upstream \"nowhere\""])
        let mended = PolicyFixture.read(text.replacing("nowhere", with: "orders"), allowsUnset: true)
        #expect(mended.lines == [])
        #expect(mended.configuration?.settings.routes.map(\.path.text) == ["/a", "/b"])
    }

    @Test("refuses a policy that is nothing but a variable, also when it may be missing", arguments: [false, true])
    func nothingElse(_ allowsUnset: Bool) {
        let reading = PolicyFixture.read("${POLICY}", allowsUnset: allowsUnset)
        #expect(reading.lines.last == "1:1: error: the policy is keys and values, whatever the environment says")
        #expect(reading.configuration == nil)
    }

    @Test("reads files relative to the policy's directory")
    func relative() throws {
        let directory = "/tmp/gatehouse-\(getpid())-relative"
        mkdir(directory, 0o700)
        defer {
            for name in ["gateway.yaml", "keys.jwks", "audience"] { unlink("\(directory)/\(name)") }
            rmdir(directory)
        }
        try write(PolicyFixture.keySet, to: "\(directory)/keys.jwks")
        try write("orders\n\n", to: "\(directory)/audience")
        let issuer =
            "{ issuer: https://a.example, audiences: \"${file:audience}\", algorithms: ES256, keys: { file: keys.jwks } }"
        try write(PolicyFixture.complete("issuers: { a: \(issuer) }"), to: "\(directory)/gateway.yaml")
        let reading = PolicyReading(file: "\(directory)/gateway.yaml")
        #expect(reading.lines == [])
        // One final newline is dropped, the other stays.
        #expect(reading.configuration?.settings.issuers.first?.audiences == .oneOf(["orders\n"]))
        #expect(reading.files == ["gateway.yaml", "audience", "keys.jwks"].map { "\(directory)/\($0)" })
        #expect(PolicyReading(file: "\(directory)/gateway.yaml") == reading)
        #expect(PolicyReading(file: directory).problems.map(\.message) == ["the file cannot be read: Is a directory"])
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
    }

    // MARK: - Any bytes

    @Test("survives policies that were damaged", arguments: [11, 12, 13] as [UInt64])
    func fuzz(_ seed: UInt64) {
        var random = SplitMix64(state: seed)
        let policy = Array(PolicyFixture.complete(Self.everything).utf8)
        let files = ["keys.jwks": Array(PolicyFixture.keySet.utf8)]
        for _ in 0..<400 {
            var bytes = policy
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &random)))
                default:
                    let from = Int.random(in: 0..<bytes.count, using: &random)
                    bytes.insert(contentsOf: bytes[from..<min(bytes.count, from + 12)], at: place)
                }
            }
            let environment = Environment.fixed(files: files.merging(["gateway.yaml": bytes]) { $1 })
            let reading = PolicyReading(file: "gateway.yaml", environment: environment)
            #expect((reading.configuration == nil) == reading.hasErrors)
        }
    }

    private static let everything = """
        server: { workers: 2, limits: { header_bytes: 32KiB }, timeouts: { header: 10s } }
        admin: { address: "127.0.0.1:9901", probes: "0.0.0.0:9902" }
        identity: { headers: { X-A: [sub, /a~1b] }, strip: ["X-*"], authorization: forward }
        defaults: { upstream: echo, timeout: 60s, access: authenticated }
        routes:
          - name: read-orders
            hosts: [api.example.com, "*.example.org"]
            path: /tenants/{tenant}/orders/**
            methods: [GET]
            networks: [10.0.0.0/8]
            access:
              - issuers: [demo]
                scopes: [orders:read]
                claims: { tenant: "{tenant}", roles: { none_of: [guest], exists: true } }
            strip_prefix: /tenants
            request_headers: { X-Api-Key: "${KEY:-none}" }
            cors: { origins: ["https://app.example.com"], credentials: true }
          - { path: /go, redirect: { to: "https://{host}{path}{query}", status: 308 } }
        """
}
