internal import Telemetry

/// The thread that owns a store. Loops hand it work and go on; the work posts its result back.
///
/// `@unchecked Sendable`: `store` is touched by the thread alone, all else that changes only with `monitor` locked.
public final class StoreThread: @unchecked Sendable {
    /// Work that may wait: a second's, if a transaction takes a millisecond. Who comes then is told to come later.
    public static let maximumWaiting = 1024

    /// Room for the rest of work that was begun, beyond `maximumWaiting`: a crowd at the door must not undo what was done.
    /// While a transaction waits for another process, the hashing pool tries so many passwords at the most.
    public static let maximumResumed = 256

    public typealias Work = @Sendable (any AuthorizationStore) -> Void

    private let monitor = Monitor()
    /// The one place before all that waits.
    private var first: Work?
    private var waiting: [Work] = []
    /// What waited when the thread last looked, the last to be done first. It waits on, and counts.
    private var taken: [Work] = []
    private var opened: Result<Void, StoreError>?
    private var isStopping = false
    private var isFinished = false

    /// Opens the store on its thread, and waits until it is open. Throws what `open` throws.
    public init(
        opening open: @escaping @Sendable () throws(StoreError) -> any AuthorizationStore
    ) throws(StoreError) {
        self.start(open)
        let opened: Result<Void, StoreError> = self.monitor.locked {
            while true {
                if let opened = self.opened { return opened }
                self.monitor.wait()
            }
        }
        try opened.get()
    }

    /// Runs `work` after all that waits. False if that is `maximumWaiting` or the thread is to end: `work` is dropped.
    public func submit(_ work: @escaping Work) -> Bool { self.take(work, whileFewerThan: Self.maximumWaiting) }

    /// The same for the rest of work that was begun, which may use `maximumResumed`, too.
    public func resume(_ work: @escaping Work) -> Bool {
        self.take(work, whileFewerThan: Self.maximumWaiting + Self.maximumResumed)
    }

    /// Runs `work` before all that waits, in a place of its own. False if that place is taken, or the thread is to end:
    /// `work` is dropped.
    public func submitFirst(_ work: @escaping Work) -> Bool {
        self.monitor.locked {
            guard !self.isStopping, self.first == nil else { return false }
            self.first = work
            self.monitor.wake()
            return true
        }
    }

    private func take(_ work: @escaping Work, whileFewerThan limit: Int) -> Bool {
        self.monitor.locked {
            guard !self.isStopping, self.waiting.count + self.taken.count < limit else { return false }
            self.waiting.append(work)
            self.monitor.wake()
            return true
        }
    }

    /// Does what waits, closes the store and ends the thread. Must be called when the store is used no longer: the
    /// thread keeps the object alive until then.
    public func stop() {
        self.monitor.locked {
            self.isStopping = true
            self.monitor.wake()
            while !self.isFinished { self.monitor.wait() }
        }
    }

    // MARK: - The thread

    private func start(_ open: @escaping @Sendable () throws(StoreError) -> any AuthorizationStore) {
        BackgroundThread.start { self.run(open) }
    }

    private func run(_ open: () throws(StoreError) -> any AuthorizationStore) {
        do throws(StoreError) {
            let store = try open()
            self.tell(.success(()))
            while let work = self.next() { work(store) }
        } catch {
            self.tell(.failure(error))
        }
        // The store is closed by now.
        self.monitor.locked {
            self.isFinished = true
            self.monitor.wake()
        }
    }

    private func tell(_ opened: Result<Void, StoreError>) {
        self.monitor.locked {
            self.opened = opened
            self.monitor.wake()
        }
    }

    /// What is to be done next; nil when nothing waits and the thread is to end.
    private func next() -> Work? {
        self.monitor.locked {
            while true {
                if let work = self.first.take() { return work }
                if self.taken.isEmpty { self.takeAll() }
                if let work = self.taken.popLast() { return work }
                if self.isStopping { return nil }
                self.monitor.wait()
            }
        }
    }

    private func takeAll() {
        self.taken = self.waiting.reversed()
        self.waiting.removeAll(keepingCapacity: true)
    }
}
