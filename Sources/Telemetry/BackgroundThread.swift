import Glibc

/// Starts threads that are nobody's loop. Signals are not delivered to them: they belong to the main thread.
public enum BackgroundThread {
    /// Runs `body` on a new thread, which nobody joins.
    public static func start(_ body: @escaping @Sendable () -> Void) {
        var all = sigset_t()
        var previous = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        var thread = pthread_t()
        let failure = pthread_create(
            &thread,
            nil,
            { body in
                Unmanaged<Body>.fromOpaque(body!).takeRetainedValue().run()
                return nil
            },
            Unmanaged.passRetained(Body(body)).toOpaque()
        )
        precondition(failure == 0, "no thread could be made")
        pthread_detach(thread)
    }

    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
