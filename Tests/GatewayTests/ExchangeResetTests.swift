import AuthorizationServer
import Reactor
import SharedState
import Telemetry
import Testing
import Transport
import Trust

@testable import Gateway

@Suite("An exchange between two requests")
struct ExchangeResetTests {
    /// Lives longer than its worker.
    private let transport = TransportContext(loop: EventLoop())

    private func exchange() -> Exchange {
        let worker = Worker(inTestsOn: self.transport)
        return Exchange(worker: worker, state: worker.state)
    }

    private static func hasNoBody(_ exchange: Exchange) -> Bool { exchange.endpointBody.content.isEmpty }

    @Test("keeps nothing of a form that an endpoint was sent")
    func endpointBody() {
        let exchange = self.exchange()
        exchange.learned.endpoint = .server(.token)
        exchange.gatherBody("grant_type=client_credentials".utf8.span)
        #expect(!Self.hasNoBody(exchange))
        exchange.reset()
        #expect(Self.hasNoBody(exchange))
    }
}
