import Endpoints
import Login
import SharedState

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
        let number = self.number(of: exchange)
        self.waiting[number] = exchange
        ask(question, number)
        return true
    }

    /// A new one, under which `exchange` waits for an answer: one that comes after the request has ended is none of the
    /// next one's.
    func number(of exchange: Exchange) -> UInt64 {
        self.lastNumber += 1
        exchange.learned.loginNumber = self.lastNumber
        return self.lastNumber
    }

    func refresh(_ copy: SessionCopy, isDue: Bool, for exchange: Exchange) -> Bool {
        self.submit(.refresh(copy, isDue: isDue), of: exchange)
    }

    // MARK: - Sessions that the shared state is asked for

    /// Requests that wait for the same session: one question serves them all.
    private var asking: [SessionHandle: [(number: UInt64, exchange: Exchange)]] = [:]

    /// Asks `state` for a session; `sessionRead` of the exchange is called when it has said what it is.
    func read(_ handle: SessionHandle, from state: any StateStore, for exchange: Exchange) {
        self.asking[handle, default: []].append((self.number(of: exchange), exchange))
        guard self.asking[handle]?.count == 1 else { return }
        state.read(handle.key) { [weak self] result in
            for (number, exchange) in self?.asking.removeValue(forKey: handle) ?? []
            where exchange.learned.loginNumber == number {
                exchange.sessionRead(result, of: handle)
            }
        }
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
