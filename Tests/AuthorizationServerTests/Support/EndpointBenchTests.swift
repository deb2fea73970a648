import JOSE
import Testing

@testable import AuthorizationServer

@Suite("The bench of endpoints")
struct EndpointBenchTests {
    @Test("gets a token for a client of the policy, and an audit line")
    func clientCredentials() throws {
        let bench = try EndpointBench()
        let answer = bench.post(
            .token,
            [
                ("grant_type", "client_credentials"), ("client_id", "worker"),
                ("client_secret", Client.workerSecret.text),
            ]
        )
        #expect(answer.status == 200)
        #expect(answer["Cache-Control"] == "no-store")
        #expect(answer.json["token_type"] == "Bearer")
        let lines = try bench.audit.lines()
        #expect(lines.count == 1)
        #expect(lines[0]["event"] == "token_issued")
        #expect(lines[0]["client"] == "192.0.2.7")
    }
}
