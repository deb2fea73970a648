import Bytes
import HTTP
import HTTPConnections
import Reactor

/// From a request's first byte to its record.
extension Exchange {
    func begin() {
        self.state = self.worker.state
        self.learned = Learned()
        self.forwarding = Forwarding()
        self.record = AccessRecord(startedAt: MonotonicClock.nanoseconds, tlsVersion: self.connection?.tlsVersion)
        self.client.removeAll()
        self.path.removeAll()
        self.host.removeAll()
        self.requestID.removeAll()
        self.upstreamHead.removeAll()
        self.progress = .reading
        self.worker.exchangeBegan(self)
    }

    /// The answer is complete, or will never be: record it, and let the connection go on.
    func end() {
        guard self.progress != .none else { return }
        self.progress = .none
        self.writeRecord()
        self.worker.exchangeEnded(self)
        self.connection?.endAnswer()
    }

    /// The answer cannot be completed.
    func cut() {
        guard self.progress != .none else { return }
        self.progress = .none
        self.writeRecord()
        self.worker.exchangeEnded(self)
        self.connection?.cutAnswer()
    }

    /// Lets go of the upstream, whose answer is of no interest any more.
    ///
    /// `isLate`: because no connection stood in time.
    func abandonUpstream(isLate: Bool = false) {
        if let connection = self.call.connection {
            connection.abandon(isLate: isLate)
        } else {
            self.forwarding.endpoint?.cancel(self.call)
        }
        self.forwarding.upstreamDeadline = .max
    }

    /// Memory that a recycled exchange keeps at the most.
    static let keptBytes = 16 * 1024

    /// Lets go of what the next request has no use for. The rest is forgotten when that begins.
    func reset() {
        self.learned.remembered = nil
        self.headBytes.reset(keeping: Self.keptBytes)
        self.upstreamHead.reset(keeping: Self.keptBytes)
    }
}
