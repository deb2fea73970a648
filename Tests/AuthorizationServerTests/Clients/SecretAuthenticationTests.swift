import Bytes
import JOSE
import Testing

@testable import AuthorizationServer

@Suite("AS21: a client's secret")
struct SecretAuthenticationTests {
    @Test(
        "whose outcome is withheld, for the block began while it was tried, leaves an audit line",
        arguments: [true, false]
    )
    func withheld(_ isRight: Bool) throws {
        let bench = try EndpointBench()
        let request = bench.request(.post, .token).request
        for _ in 1...LockoutSettings().failures {
            _ = bench.lockout.ended(.client("worker"), from: request.client, succeeded: false)
        }
        let authentication = SecretAuthentication(
            lockout: bench.lockout,
            audit: bench.audit.log,
            request: request
        )
        let refusal = #expect(throws: ProtocolError.self) {
            try authentication.conclude(isRight, .client("worker"), .worker, triedBasic: true)
        }
        #expect(refusal?.status == 429)
        let lines = try bench.audit.lines()
        #expect(lines.map { $0["event"]?.string } == ["locked_out"])
        #expect(lines.first?["client_id"] == "worker")
    }
}
