import Cryptography
import Gateway
import JOSE
import Testing

@testable import Commands
@testable import Configuration

/// A policy with one issuer, and the key whose public half it holds.
struct CommandFixture {
    static let now: Int64 = 1_800_000_000

    let algorithm: SignatureAlgorithm
    let key: PrivateKey

    init(_ algorithm: SignatureAlgorithm = .es256) throws {
        self.algorithm = algorithm
        self.key = try PrivateKey(generatingFor: algorithm)
    }

    var keySet: String {
        get throws {
            let key = try SigningKey(self.key, algorithm: self.algorithm)
            return try JSONWebKeySet(keys: [#require(key.published)]).json.jsonText
        }
    }

    /// The policy's settings; `changes` replaces keys of the issuer `corp`.
    func settings(_ changes: [String: String] = [:], more: String = "") throws -> GatewaySettings {
        let keys = [
            "issuer": "https://issuer.test", "audiences": "items-api", "algorithms": self.algorithm.rawValue,
            "keys": "{ file: corp.jwks }",
        ]
        let issuer = keys.merging(changes) { $1 }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        let reading = Self.read(
            """
            issuers: { corp: { \(issuer) }\(more) }
            routes: [{ path: /, access: public, upstream: echo }]
            """,
            files: ["corp.jwks": try self.keySet]
        )
        return try #require(reading.configuration, "\(reading.problems)").settings
    }

    static func read(
        _ text: String,
        listener: String = "{ address: 127.0.0.1:8080 }",
        files: [String: String] = [:]
    ) -> PolicyReading {
        let head = """
            version: 1
            listeners: { public: \(listener) }
            upstreams: { echo: { builtin: echo } }

            """
        let contents = files.merging(["gateway.yaml": head + text]) { $1 }
        return PolicyReading(file: "gateway.yaml", environment: .fixed(files: contents.mapValues { Array($0.utf8) }))
    }
}
