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

    /// What is said about a policy: `14:9: error: …`.
    static func lines(_ text: String, variables: [String: String] = [:], files: [String: String] = [:]) -> [String] {
        Self.read(text, variables: variables, files: files).lines
    }
}

extension PolicyReading {
    var lines: [String] { self.problems.map { String($0.description.dropFirst("gateway.yaml:".count)) } }

    /// Routes of a policy without errors, as `gatehouse routes` lists them.
    var table: [String] {
        guard let settings = self.configuration?.settings else { return [] }
        return RouteReport.report(settings).map { "\($0.exposure) \($0.name): \($0.whoMayPass)" }
    }
}
