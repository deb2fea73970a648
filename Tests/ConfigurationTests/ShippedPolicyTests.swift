import Admin
import AuthorizationServer
import Bytes
import Gateway
import OAuth
import Testing
import Transport

@testable import Configuration

@Suite("The shipped policy")
struct ShippedPolicyTests {
    /// The repository's root: three levels above this file.
    static let root = String(#filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined())

    let reading = PolicyReading(
        file: "gateway.yaml",
        environment: Environment(
            variable: { _ in nil },
            read: { path throws(FileError) in
                if path == "data/demo.jwks" { return Array(PolicyFixture.keySet.utf8) }
                return try FileContents.read("\(ShippedPolicyTests.root)/\(path)")
            }
        )
    )

    @Test("is accepted without a word")
    func noProblems() {
        #expect(self.reading.problems.map(\.description) == [])
        #expect(self.reading.files == ["gateway.yaml", "data/demo.jwks"])
    }

    @Test("says what the quick start promises")
    func routes() throws {
        let configuration = try #require(self.reading.configuration)
        #expect(configuration.admin == AdminSettings(address: .ip(IPAddress("127.0.0.1")!, port: 9901)))
        #expect(configuration.settings.listeners.map(\.address.description) == ["127.0.0.1:8080"])
        #expect(configuration.settings.issuers.map(\.name) == ["demo", "local"])
        #expect(configuration.settings.issuers.map(\.audiences) == [.oneOf(["items-api"]), .oneOf(["items-api"])])
        #expect(
            self.reading.table == [
                "public GET /: anyone",
                "protected GET /items/**: scope items:read",
                "protected POST /items/**: scope items:write",
                "protected GET /me: any valid token",
                "public /public/**: anyone",
            ]
        )
    }

    @Test("has a server for the page of the documentation, and keeps what is secret in `data`")
    func server() throws {
        let server = try #require(self.reading.configuration?.settings.authorizationServer)
        #expect(server.issuer.text == "http://127.0.0.1:8080/identity")
        #expect(server.store == .sqlite("data/gatehouse.db"))
        #expect(server.keys.sealFiles == ["data/seal.key"])
        #expect(server.clients.map(\.name) == ["docs"])
        #expect(server.clients.flatMap(\.redirectURIs) == ["http://127.0.0.1:8080/docs/oauth2-redirect"])
        #expect(server.users.isEmpty)
    }

    @Test("reads the same twice")
    func equatable() {
        let again = PolicyFixture.read(PolicyFixture.keySet)
        #expect(again != self.reading)
        #expect(ShippedPolicyTests().reading == self.reading)
    }
}
