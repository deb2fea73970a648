import Testing

@testable import Configuration

@Suite("Problems that turn out after the reading")
struct PolicyPlacesTests {
    private static let policy = """
        authorization_server:
          issuer: https://id.example.com/identity
          store: sqlite:gatehouse.db
          audiences: [items-api]
          clients:
            some.app: { public: true, grants: device_code }
        """

    @Test(
        "name the place of the key, or of what it would stand in",
        arguments: [
            (["authorization_server", "store"], "3:3: error: authorization_server.store: no"),
            (["authorization_server", "clients", "some.app"], "6:5: error: authorization_server.clients.some.app: no"),
            (["authorization_server", "keys", "seal"], "1:1: error: authorization_server.keys.seal: no"),
        ]
    )
    func places(_ path: [String], _ line: String) throws {
        let reading = PolicyFixture.read(PolicyFixture.complete(Self.policy))
        let places = try #require(reading.configuration?.places, "\(reading.problems)")
        #expect("\(places.error("no", at: path))" == "gateway.yaml:\(line)")
    }
}
