import Testing

@testable import Configuration

@Suite("The address of a policy without base_url")
struct DerivedBaseURLTests {
    private static func route(_ path: String, hosts: String? = nil) -> String {
        let hosts = hosts.map { "hosts: \($0), " } ?? ""
        return "{ path: \(path), \(hosts)access: authenticated, login: true, upstream: echo }"
    }

    private static func address(_ listeners: String, _ routes: String...) -> String? {
        LoginFixture.settings(
            base: "",
            routes: routes.joined(separator: ", "),
            before: "listeners: { \(listeners) }",
            files: ["a.crt": PEMFixture.certificate, "a.key": PEMFixture.key]
        )?.login?.baseURL.text
    }

    private static let tls = "tls: { certificates: [{ certificate: a.crt, key: a.key }] }"

    @Test("is that of a listener on this machine")
    func listener() {
        let route = Self.route("/app")
        #expect(Self.address("a: { address: 127.0.0.1:8080 }", route) == "http://127.0.0.1:8080")
        #expect(Self.address("a: { address: \"[::1]:8080\" }", route) == "http://[::1]:8080")
        #expect(
            Self.address("a: { address: 0.0.0.0:80 }, b: { address: 127.0.0.1:8443, \(Self.tls) }", route)
                == "https://127.0.0.1:8443"
        )
    }

    @Test("is the host that routes with `login` name")
    func host() {
        let named = Self.route("/app", hosts: "app.example.com")
        #expect(Self.address("a: { address: 0.0.0.0:80 }", named) == "https://app.example.com")
        #expect(Self.address("a: { address: 127.0.0.1:8080 }", named) == "https://app.example.com")
        #expect(Self.address("a: { address: 0.0.0.0:80 }", named, Self.route("/b")) == "https://app.example.com")
        #expect(Self.address("a: { address: 127.0.0.1:80 }", named, Self.route("/b")) == "http://127.0.0.1")
        #expect(
            Self.address("a: { address: 127.0.0.1:8080 }", Self.route("/app", hosts: "localhost"))
                == "http://localhost:8080"
        )
    }

    @Test(
        "has to be written when nothing says it",
        arguments: [
            ("/app", nil, "no route with `login` names a host"),
            ("/app", "[a.example.com, b.example.com]", "the routes with `login` name several hosts"),
            ("/app", "\"*.example.com\"", "no route with `login` names a host"),
        ] as [(String, String?, String)]
    )
    func missing(_ path: String, _ hosts: String?, _ reason: String) {
        #expect(
            LoginFixture.problems(
                base: "",
                routes: Self.route(path, hosts: hosts),
                before: "listeners: { a: { address: 0.0.0.0:80 } }"
            ) == [
                "error: login: `base_url` is missing; \(reason), so write where browsers see the gateway: `https://app.example.com`"
            ]
        )
    }

    @Test("is not judged when it was written wrong, or is not known")
    func known() {
        #expect(LoginFixture.problems(base: "base_url: x").count == 1)
        let policy = PolicyFixture.complete(LoginFixture.policy("", base: "base_url: \"${NOT_SET}\""))
        #expect(PolicyFixture.read(policy, allowsUnset: true).lines == [])
    }
}
