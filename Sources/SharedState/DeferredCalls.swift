import Reactor

/// Calls that are made later: from the loop, never from inside of the call that asks for them, and in the order of asking.
/// There are as many as are asked for within one turn.
final class DeferredCalls {
    private let loop: EventLoop
    private var calls: [() -> Void] = []
    private var timer: LoopTimer?

    init(on loop: EventLoop) {
        self.loop = loop
    }

    func append(_ call: @escaping () -> Void) {
        self.calls.append(call)
        guard self.timer == nil else { return }
        // It keeps this object until then: who waits for a call gets it, whoever else is gone.
        self.timer = LoopTimer(on: self.loop, after: .zero) { self.makeAll() }
    }

    /// Makes all that wait.
    func makeAll() {
        if let timer = self.timer { self.loop.releaseAtEndOfTurn(timer) }
        self.timer = nil
        let calls = self.calls
        self.calls = []
        for call in calls { call() }
    }
}
