import Policy

/// Waiting for what another thread has to say, or the shared state. Each has bounds of its own: this one is for the day when
/// they do not hold.
extension Exchange {
    /// Milliseconds until a request waits no more. Longer than all that is waited for takes at the most: another gateway's
    /// refresh of a session for 15 s with all that is asked meanwhile, and then a provider for 10 s, with four questions to the
    /// shared state of a second each.
    static let answerPatience: UInt64 = 30_000

    /// Called by who has asked, before or after.
    func waitForAnswer() {
        self.progress = .waitingForAnswer
        self.learned.answerDeadline = self.worker.loop.milliseconds + Self.answerPatience
    }

    /// The loop comes back with an answer. False: nobody waits for it any more.
    func takesAnswer() -> Bool {
        guard self.progress == .waitingForAnswer else { return false }
        self.progress = .judging
        self.learned.answerDeadline = .max
        return true
    }

    /// Called by the worker's tick.
    func answerIsLate() {
        guard self.takesAnswer() else { return }
        self.refuse(Refusal(.overloaded))
        self.connection?.resumeReading()
    }
}
