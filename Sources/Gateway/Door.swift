import Bytes
import Transport

/// A listener that hands connections to its worker.
final class Door: Listener {
    private unowned let worker: Worker
    private let listener: Int
    private var mustRetry = false

    init(descriptor: Int32, worker: Worker, listener: Int) {
        self.worker = worker
        self.listener = listener
        super.init(descriptor: descriptor, loop: worker.loop)
    }

    override func accepted(_ descriptor: Int32, from peer: IPAddress?) {
        self.worker.accepted(descriptor, from: peer, listener: self.listener)
    }

    // Whoever waits in the backlog makes no further edge: the tick tries again.
    override func ranOutOfDescriptors() {
        self.worker.log.report(
            .error,
            "out_of_descriptors",
            "No connection can be accepted: the limit of open files is reached."
        )
        _ = self.worker.makeRoom()
        self.mustRetry = true
    }

    func retry() {
        guard self.mustRetry else { return }
        self.mustRetry = false
        self.loop.wakeAtEndOfTurn(self)
    }
}
