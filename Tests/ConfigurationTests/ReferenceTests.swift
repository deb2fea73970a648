import Foundation
import Gateway
import Policy
import Testing

@testable import Configuration

/// The pages for operators and the sources, read as text: what one of them names, the other one has.
enum Pages {
    static let root = URL(filePath: ShippedPolicyTests.root)
    static let configuration = Self.text(of: "Sources/Gateway/Gateway.docc/Configuration.md")
    static let reference = Self.text(of: "Sources/Gateway/Gateway.docc/Reference.md")

    static func text(of path: String) -> String {
        guard let text = try? String(contentsOf: Self.root.appending(path: path), encoding: .utf8) else {
            preconditionFailure("the repository has a file \(path)")
        }
        return text
    }

    /// All first captures of `pattern` in the file at `path`.
    static func names(matching pattern: Regex<(Substring, Substring)>, in path: String) -> [String] {
        Self.text(of: path).matches(of: pattern).map { String($0.1) }
    }

    /// The code blocks of the configuration's page that hold YAML.
    static var policies: [String] {
        Self.configuration.matches(of: #/(?s)```yaml\n(.*?)```/#).map { String($0.1) }
    }
}

@Suite("The page of the configuration")
struct ConfigurationPageTests {
    /// Every key that a section asks for: `section.read("workers"`, `section.required(` over two lines, and lists of keys.
    static let keys: Set<String> = {
        let folder = "Sources/Configuration"
        let files = FileManager.default.enumerator(atPath: Pages.root.appending(path: folder).path)
        var keys: Set<String> = []
        for case let file as String in files ?? .init() where file.hasSuffix(".swift") {
            let path = "\(folder)/\(file)"
            let asked = #/(?:section|Section)\.(?:read|value|field|required|unsupported)\(\s*"([a-z_]+)"/#
            keys.formUnion(Pages.names(matching: asked, in: path))
            let listed = #/(?:for key in|Keys =|keySources =) \[((?:"[a-z_]+"(?:, )?)+)\]/#
            for list in Pages.names(matching: listed, in: path) {
                keys.formUnion(list.split(separator: ", ").map { String($0.dropFirst().dropLast()) })
            }
        }
        return keys
    }()

    @Test(
        "is compared with what the sections read",
        arguments: ["version", "audiences", "unknown_kid", "servers", "redirect", "health", "secret", "max_age"]
    )
    func reader(_ key: String) {
        #expect(Self.keys.contains(key))
    }

    @Test("names every key", arguments: Self.keys.sorted())
    func named(_ key: String) {
        let isNamed = Pages.configuration.contains("`\(key)`")
        #expect(isNamed, "Configuration.md has no `\(key)`")
    }

    @Test("says the defaults that the code has")
    func defaults() throws {
        let written = try #require(Pages.policies.first { $0.contains("\nserver:\n") })
        let short = """
            version: 1
            issuers: { corp: { issuer: https://login.example.com, audiences: [orders-api], algorithms: [ES256] } }
            upstreams: { orders: { servers: [http://127.0.0.1:9000] } }
            routes: [{ path: /orders/**, access: authenticated, upstream: orders }]
            """
        let page = try #require(PolicyFixture.read(written).configuration)
        let code = try #require(PolicyFixture.read(short).configuration)
        #expect(page.settings == code.settings)
        #expect(page.admin == code.admin)
    }

    @Test("says the defaults of the authorization server")
    func serverDefaults() throws {
        let written = try #require(Pages.policies.first { $0.contains("\n  registration: off\n") })
        let short = """
            version: 1
            authorization_server:
              { issuer: https://id.example.com/identity, store: sqlite:gatehouse.db, audiences: [orders-api] }
            routes: [{ path: /, access: public, respond: { status: 204 } }]
            """
        let page = try #require(PolicyFixture.read(written).configuration)
        let code = try #require(PolicyFixture.read(short).configuration)
        #expect(page.settings == code.settings)
        #expect(page.warnings == [])
    }
}

@Suite("The page of the configuration, about signing in")
struct LoginPageTests {
    @Test("says the defaults of login")
    func defaults() throws {
        let written = try #require(Pages.policies.first { $0.contains("\n  return_to: []\n") })
        let short = """
            version: 1
            login:
              providers: { corp: { issuer: https://login.example.com, client_id: gatehouse, client_secret: made-up } }
              session: { keys: "${SESSION_KEY}" }
            routes: [{ path: /app/**, access: authenticated, login: true, respond: { status: 204 } }]
            """
        let variables = ["CORP_SECRET": "made-up", "SESSION_KEY": LoginFixture.key]
        let page = try #require(PolicyFixture.read(written, variables: variables).configuration)
        let code = try #require(PolicyFixture.read(short, variables: variables).configuration)
        #expect(page.settings == code.settings)
        #expect(page.warnings == [])
    }
}

@Suite("The page of what the gateway says")
struct ReferencePageTests {
    @Test("has each refusal with its status", arguments: RefusalCode.allCases)
    func refusal(_ code: RefusalCode) {
        let isThere = Pages.reference.contains("| \(code.status) | `\(code.name)` | ")
        #expect(isThere, "Reference.md has no row of \(code.status) `\(code.name)`")
    }

    static let metrics = Pages.names(matching: #/begin\(\s*"(\w+)"/#, in: "Sources/Telemetry/MetricsPage.swift")
    static let fields = Pages.names(matching: #/\\"([a-z_]+)\\":/#, in: "Sources/Gateway/Stages/Record.swift")

    @Test("is compared with what is counted and logged")
    func readers() {
        #expect(Set(Self.metrics).isSuperset(of: ["requests_total", "build_info", "request_duration_seconds"]))
        #expect(Set(Self.events).isSuperset(of: ["sign_in", "key_rotated"]))
        #expect(Set(Self.fields).isSuperset(of: ["time", "request_id", "decision", "subject", "tls"]))
    }

    @Test("has each metric", arguments: Self.metrics)
    func metric(_ name: String) {
        let isThere = Pages.reference.contains("| `gatehouse_\(name)")
        #expect(isThere, "Reference.md has no `gatehouse_\(name)`")
    }

    static let events = Pages.names(
        matching: #/case \w+ = "([a-z_]+)"/#,
        in: "Sources/AuthorizationServer/Service/AuditLog.swift"
    )

    @Test("has each event of the audit log", arguments: Self.events)
    func event(_ name: String) {
        let table = Pages.reference.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(table.contains { $0.split(separator: "|")[0].contains("`\(name)`") }, "Reference.md has no `\(name)`")
    }

    @Test("has each field of the access log", arguments: Set(Self.fields).sorted())
    func field(_ name: String) {
        let table = Pages.reference.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(table.contains { $0.contains("`\(name)`") })
    }
}
