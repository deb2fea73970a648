import Gateway

@testable import Configuration

/// Reads policies that exist only in the test.
enum PolicyFixture {
    /// A public key set, so that issuers have keys.
    static let keySet =
        #"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#

    static let files: [String: String] = ["keys.jwks": keySet]

    static func read(
        _ text: String,
        variables: [String: String] = [:],
        files: [String: String] = [:],
        allowsUnset: Bool = false
    ) -> PolicyReading {
        let contents = Self.files.merging(files) { $1 }.merging(["gateway.yaml": text]) { $1 }
        return PolicyReading(
            file: "gateway.yaml",
            environment: .fixed(variables: variables, files: contents.mapValues { Array($0.utf8) }),
            allowsUnset: allowsUnset
        )
    }

    /// A snippet, and behind it the top keys that a whole policy needs, so that the snippet's lines stay where they are.
    static func complete(_ snippet: String) -> String {
        let rest = [
            "version": "1",
            "listeners": "{ public: { address: 127.0.0.1:8080 } }",
            "issuers":
                "{ demo: { issuer: https://demo.invalid, audiences: a, algorithms: ES256, keys: { file: keys.jwks } } }",
            "upstreams": "{ echo: { builtin: echo }, orders: { servers: http://127.0.0.1:9000 } }",
            "routes": "[{ path: /, access: public, upstream: echo }]",
        ]
        let lines = snippet.split(separator: "\n")
        let missing = rest.filter { key, _ in !lines.contains { $0.hasPrefix("\(key):") } }
        return snippet + "\n" + missing.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
    }

    /// What is said about a snippet.
    static func problems(_ snippet: String, variables: [String: String] = [:], files: [String: String] = [:])
        -> [String]
    {
        Self.lines(Self.complete(snippet), variables: variables, files: files)
    }

    /// The settings of a snippet without errors.
    static func settings(_ snippet: String, files: [String: String] = [:]) -> GatewaySettings? {
        Self.read(Self.complete(snippet), files: files).configuration?.settings
    }

    /// What is said about a policy: `14:9: error: …`.
    static func lines(_ text: String, variables: [String: String] = [:], files: [String: String] = [:]) -> [String] {
        Self.read(text, variables: variables, files: files).lines
    }
}

extension PolicyReading {
    /// What is said: `14:9: error: …`. That a snippet has no use for the upstreams of `complete`, and has its secrets in it,
    /// is no news.
    var lines: [String] {
        let added = ["upstreams.echo", "upstreams.orders"]
        return self.problems
            .filter { !(added.contains($0.path) && $0.message == "no route uses this upstream") }
            .filter { !$0.message.hasSuffix(PolicyReader.secretReference) }
            .map { String($0.description.dropFirst("gateway.yaml:".count)) }
    }

    /// Routes of a policy without errors, as `gatehouse routes` lists them.
    var table: [String] {
        guard let settings = self.configuration?.settings else { return [] }
        return RouteReport.report(settings).map { "\($0.exposure) \($0.name): \($0.whoMayPass)" }
    }
}
