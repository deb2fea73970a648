import Stores
import Testing

@testable import AuthorizationServer

@Suite("What follows a redemption")
struct RevokingTests {
    let bench: EndpointBench
    let grant: Grant

    init() throws {
        self.bench = try EndpointBench()
        self.grant = try self.bench.keptGrant()
    }

    private func fail(with failure: EndpointFailure) {
        let request = TokenRequest(
            context: self.bench.context(self.bench.request(.post, .token)),
            parameters: Parameters([]),
            client: .docs,
            keyThumbprint: nil
        )
        #expect(throws: EndpointFailure.self) {
            try request.revoking(self.grant) { () throws(EndpointFailure) in throw failure }
        }
    }

    private var isRevoked: Bool {
        get throws { try self.bench.store.grant(self.grant.id, at: self.bench.now)?.revoked != nil }
    }

    @Test("AS3: ends the grant if the request is refused")
    func refused() throws {
        self.fail(with: .refused(.invalidGrant, "The code verifier is wrong."))
        #expect(try self.isRevoked)
    }

    @Test("leaves the grant alone if the store fails: the client is told to try again")
    func store() throws {
        self.fail(with: .store(.full("the disk")))
        #expect(try !self.isRevoked)
    }
}
