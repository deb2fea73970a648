import Reactor

extension EventLoop {
    /// Runs until then; false: it took too long.
    func run(until isDone: @escaping () -> Bool, within time: Duration = .seconds(40)) -> Bool {
        let limit = LoopTimer(on: self, after: time) { [unowned self] in self.stop() }
        let look = LoopTimer(on: self, after: .milliseconds(2), repeats: true) { [unowned self] in
            if isDone() { self.stop() }
        }
        self.run()
        withExtendedLifetime((limit, look)) {}
        return isDone()
    }
}
