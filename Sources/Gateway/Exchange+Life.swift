import Bytes
import HTTP
import HTTPConnections
import Reactor

/// From a request's first byte to its record.
extension Exchange {
    /// The worker has looked at the clock just now.
    func begin() {
        self.state = self.worker.state
        self.learned = Learned()
        self.forwarding = Forwarding()
        self.record = AccessRecord(startedAt: self.worker.loop.nanoseconds, tlsVersion: self.connection?.tlsVersion)
        self.client.removeAll()
        self.path.removeAll()
        self.host.removeAll()
        self.requestID.removeAll()
        self.upstreamHead.removeAll()
        self.progress = .judging
        self.worker.exchangeBegan(self)
    }

    /// The answer is complete, or will never be: record it, and let the connection go on.
    func end() {
        if self.finish() { self.connection?.endAnswer() }
    }

    /// The answer cannot be completed.
    func cut() {
        if self.finish() { self.connection?.cutAnswer() }
    }

    /// Nobody is there for the answer any more; the connection is closing by itself.
    func clientLeft() {
        self.abandonUpstream()
        // The status that nginx writes for a client that went away; it is in no answer.
        if self.record.status == 0 { self.record.status = 499 }
        self.finish()
    }

    /// The one way in which a request ends. False: it has ended before, and is in the records.
    @discardableResult
    private func finish() -> Bool {
        guard self.progress != .none else { return false }
        self.progress = .none
        self.writeRecord()
        self.worker.exchangeEnded(self)
        return true
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
        if self.learned.endpoint != nil { self.endpointBody.clear() }
    }
}
