import Endpoints
import Login

/// One worker's side of sign-in: the requests that wait for an answer of the control loop.
final class LoginDesk {
    /// Hands a question to the service; its reply comes back to `answered` with the same number. Nil without `login`.
    var ask: (@Sendable (_ question: LoginQuestion, _ number: UInt64) -> Void)?
    /// Never more than connections, which are limited.
    private var waiting: [UInt64: Exchange] = [:]
    private var lastNumber: UInt64 = 0

    /// False: nobody can be asked.
    func submit(_ question: LoginQuestion, of exchange: Exchange) -> Bool {
        guard let ask else { return false }
        self.lastNumber += 1
        exchange.learned.loginNumber = self.lastNumber
        self.waiting[self.lastNumber] = exchange
        ask(question, self.lastNumber)
        return true
    }

    func refresh(_ session: Session, isDue: Bool, for exchange: Exchange) -> Bool {
        self.submit(.refresh(session, isDue: isDue), of: exchange)
    }

    /// Nobody waits for it any more when the client has gone.
    func answered(_ number: UInt64, _ reply: LoginReply) {
        guard let exchange = self.waiting.removeValue(forKey: number) else { return }
        switch reply {
        case .endpoint(let answer): exchange.endpointAnswered(answer)
        case .refresh(let outcome): exchange.sessionAnswered(outcome)
        }
    }

    /// The request has ended.
    func remove(_ exchange: Exchange) {
        self.waiting[exchange.learned.loginNumber] = nil
    }
}
