import Bytes
import HTTP
import HTTPConnections
import Reactor
import Upstreams

/// From a request's first byte to its record.
extension Exchange {
    func begin() {
        self.state = self.worker.state
        self.tlsVersion = self.connection?.tlsVersion
        self.startedAt = MonotonicClock.nanoseconds
        self.upstreamStartedAt = 0
        self.upstreamNanoseconds = 0
        self.bodyBytes = 0
        self.answerBytes = 0
        self.status = 0
        self.refusalCode = nil
        self.decision = .deny
        self.match = nil
        self.remembered = nil
        self.credential = .none
        self.hasWaitedForKeys = false
        self.upstreamStatus = 0
        self.attempt = Attempt()
        self.isBodyComplete = false
        self.maximumBody = .max
        self.routeDeadline = .max
        self.upstreamDeadline = .max
        self.keysDeadline = .max
        self.progress = .reading
        self.worker.exchangeBegan(self)
    }

    /// The answer is complete, or will never be: record it, and let the connection go on.
    func end() {
        guard self.progress != .none else { return }
        self.progress = .none
        self.record()
        self.worker.exchangeEnded(self)
        self.connection?.endAnswer()
    }

    /// The answer cannot be completed.
    func cut() {
        guard self.progress != .none else { return }
        self.progress = .none
        self.record()
        self.worker.exchangeEnded(self)
        self.connection?.cutAnswer()
    }

    /// Lets go of the upstream, whose answer is of no interest any more.
    func abandonUpstream() {
        if let connection = self.call.connection {
            connection.abandon()
        } else {
            self.endpoint?.cancel(self.call)
        }
        self.upstreamDeadline = .max
    }

    /// Memory that a recycled exchange keeps at the most.
    static let keptBytes = 16 * 1024

    /// Forgets what the next request must not see.
    func reset() {
        self.remembered = nil
        self.match = nil
        self.state = self.worker.state
        self.upstream = nil
        self.endpoint = nil
        self.headBytes.reset(keeping: Self.keptBytes)
        self.upstreamHead.reset(keeping: Self.keptBytes)
    }
}
