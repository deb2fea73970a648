internal import Glibc
internal import Telemetry

/// Threads that hash passwords, beside everything else that the process does: they yield to all others.
///
/// `@unchecked Sendable`: everything that changes is touched with `monitor` locked.
final class HashingPool: @unchecked Sendable {
    /// Work that may wait for a thread. With 0.4 s a password (bcrypt, cost 12) the last one waits for some three seconds.
    static let maximumWaiting = 16
    /// Hashing takes the processors that nothing else wants. One thread more would only share them.
    static let threadCount = max(1, min(4, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    /// As `nice 10`: requests that are proxied come first.
    private static let niceness: Int32 = 10

    private let startThread: (@escaping @Sendable () -> Void) -> Bool
    private let monitor = Monitor()
    private var waiting: [@Sendable () -> Void] = []
    private var threads = 0
    private var reserved = 0
    private var isStopping = false

    /// - Parameter startThread: False if there is no thread to be had.
    init(startThread: @escaping (@escaping @Sendable () -> Void) -> Bool = BackgroundThread.startIfPossible) {
        self.startThread = startThread
    }

    /// Runs `work` on one of the threads. False if `maximumWaiting` wait, no thread can be made, or the pool is to end:
    /// `work` is dropped.
    func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        self.monitor.locked {
            guard !self.isStopping, self.waiting.count < Self.maximumWaiting else { return false }
            if self.threads == 0 { self.start() }
            guard self.threads > 0 else { return false }
            self.waiting.append(work)
            self.monitor.wake()
            return true
        }
    }

    /// Takes a place for a request that has work for the pool once it had its turn elsewhere. False if all that the threads
    /// do and `maximumWaiting` hold are taken: the request can be refused before anything was done for it.
    func reserve() -> Bool {
        self.monitor.locked {
            guard self.reserved < Self.threadCount + Self.maximumWaiting else { return false }
            self.reserved += 1
            return true
        }
    }

    /// Gives a place back. Must be called once for each that was reserved, when its request has been answered.
    func release() { self.monitor.locked { self.reserved -= 1 } }

    /// Drops what waits, and lets the threads end when they have done what they do.
    func stop() {
        self.monitor.locked {
            self.isStopping = true
            self.waiting = []
            self.monitor.wake()
            while self.threads > 0 { self.monitor.wait() }
        }
    }

    // MARK: - The threads

    // With the monitor locked. A server whose users never sign in has none; one thread alone does, too.
    private func start() {
        for _ in 0..<Self.threadCount where self.startThread({ self.run() }) { self.threads += 1 }
    }

    private func run() {
        // Linux keeps a nice value for each thread.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
        while let work = self.next() { work() }
        self.monitor.locked {
            self.threads -= 1
            self.monitor.wake()
        }
    }

    private func next() -> (@Sendable () -> Void)? {
        self.monitor.locked {
            while true {
                if !self.waiting.isEmpty { return self.waiting.removeFirst() }
                if self.isStopping { return nil }
                self.monitor.wait()
            }
        }
    }
}
