import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("What follows a redemption")
struct RevokingTests {
    let bench: EndpointBench
    let grant: Grant

    init() throws {
        self.bench = try EndpointBench()
        self.grant = try self.bench.keptGrant()
    }

    private func fail(with failure: ProtocolError) {
        let request = TokenRequest(
            context: self.bench.context(self.bench.request(.post, .token)),
            parameters: Parameters([]),
            client: .docs,
            keyThumbprint: nil
        )
        #expect(throws: EndpointFailure.self) {
            try request.revoking(self.grant) { () throws(ProtocolError) in throw failure }
        }
    }

    private var isRevoked: Bool {
        get throws { try self.bench.store.grant(self.grant.id, at: self.bench.now)?.revoked != nil }
    }

    @Test("AS3: ends the grant if the request is refused")
    func refused() throws {
        self.fail(with: ProtocolError(.invalidGrant, "The code verifier is wrong."))
        #expect(try self.isRevoked)
    }
}
