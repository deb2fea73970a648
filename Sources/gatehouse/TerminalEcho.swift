import Glibc

/// The echo of the terminal that is standard input. Whatever ends the process while it is hidden brings it back: who types
/// next would not see what.
enum TerminalEcho {
    /// What ends a process and can be caught: Control-C, `kill`, a terminal that closes, and Control-\\.
    private static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
    /// How the terminal was.
    ///
    /// nonisolated: commands that ask have one thread, and the handler reads what was written before it was set.
    nonisolated(unsafe) private static var shown = termios()

    static func hide() {
        var terminal = termios()
        tcgetattr(0, &terminal)
        self.shown = terminal
        for ending in self.endings { self.handle(ending) }
        terminal.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(0, TCSAFLUSH, &terminal)
    }

    static func restore() {
        // A copy, so that a signal in the middle of the call finds `shown` in nobody's hands.
        var terminal = self.shown
        tcsetattr(0, TCSAFLUSH, &terminal)
        for ending in self.endings { signal(ending, SIG_DFL) }
    }

    /// The process ends as the signal says: that is how a shell knows that somebody pressed Control-C. All that the handler
    /// calls may be called by one (signal-safety(7)).
    private static func handle(_ ending: Int32) {
        signal(ending) { number in
            var terminal = TerminalEcho.shown
            tcsetattr(0, TCSANOW, &terminal)
            signal(number, SIG_DFL)
            raise(number)
        }
    }
}
