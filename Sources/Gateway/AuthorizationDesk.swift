import AuthorizationServer
import Endpoints
import Login
import OAuth
import Telemetry
import Trust

/// One worker's side of the authorization server: the endpoints, the requests that wait for an answer of the server's
/// threads, and which grants are revoked.
final class AuthorizationDesk {
    private(set) var endpoints: WorkerEndpoints?
    private(set) var snapshot: AuthorizationSnapshot?
    /// Hands a request to the server; the answer comes back to `answered` with the same number. Nil without a server.
    var ask: (@Sendable (_ call: EndpointCall, _ number: UInt64) -> Void)?
    /// Never more than connections, which are limited.
    private var waiting: [UInt64: Exchange] = [:]
    private var lastNumber: UInt64 = 0

    func adopt(_ snapshot: AuthorizationSnapshot, log: WorkerLog) {
        let isAlike = self.snapshot?.issuesAlike(snapshot) ?? false
        self.snapshot = snapshot
        if !isAlike { self.endpoints = WorkerEndpoints(snapshot, log: log) }
    }

    func submit(_ call: EndpointCall, of exchange: Exchange) {
        guard let ask else { preconditionFailure("endpoints without a server") }
        self.lastNumber += 1
        exchange.learned.endpointNumber = self.lastNumber
        self.waiting[self.lastNumber] = exchange
        ask(call, self.lastNumber)
    }

    /// The server's answer. Nobody waits for it any more when the client has gone.
    func answered(_ number: UInt64, _ answer: EndpointAnswer) {
        guard let exchange = self.waiting.removeValue(forKey: number) else { return }
        exchange.endpointAnswered(answer)
    }

    /// The request has ended.
    func remove(_ exchange: Exchange) {
        self.waiting[exchange.learned.endpointNumber] = nil
    }

    /// Whether the grant behind a token of the server was revoked.
    func isRevoked(_ token: VerifiedToken) -> Bool {
        self.snapshot?.revoked.refuses(token) ?? false
    }

    /// Whether the grant behind a session was revoked: somebody signed out at the server, or took it back there.
    func isRevoked(_ session: RememberedSession) -> Bool {
        guard let mark = session.mark, let snapshot else { return false }
        return snapshot.revoked.refuses(mark)
    }
}
