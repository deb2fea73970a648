import Glibc

/// Starts threads that are nobody's loop. Signals are not delivered to them: they belong to the main thread.
public enum BackgroundThread {
    /// Runs `body` on a new thread, which nobody joins. For threads that the process begins with.
    public static func start(_ body: @escaping @Sendable () -> Void) {
        precondition(self.startIfPossible(body), "no thread could be made")
    }

    /// The same where there is a way without. False if the system gives no thread: `body` is dropped.
    public static func startIfPossible(_ body: @escaping @Sendable () -> Void) -> Bool {
        var all = sigset_t()
        var previous = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        var thread = pthread_t()
        let object = Unmanaged.passRetained(Body(body))
        let failure = pthread_create(
            &thread,
            nil,
            { body in
                Unmanaged<Body>.fromOpaque(body!).takeRetainedValue().run()
                return nil
            },
            object.toOpaque()
        )
        guard failure == 0 else {
            object.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
