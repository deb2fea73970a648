import Commands
import Glibc

/// Asks for a password: twice at a terminal, where it is not shown, or as one line of standard input.
enum PasswordPrompt {
    /// Throws the exit status, after it was said why.
    static func ask() throws -> String {
        do {
            guard isatty(0) == 1 else { return try PasswordLine.read(from: 0) }
            let password = try self.hidden("Password: ")
            guard try self.hidden("Again: ") == password else {
                Message.say("error: the two are not the same")
                throw ExitStatus.unusable
            }
            return password
        } catch let fault as PasswordLine.Fault {
            // The way in which a shell knows that somebody pressed Control-C.
            if fault == .interrupted {
                signal(SIGINT, SIG_DFL)
                raise(SIGINT)
            }
            Message.say("error: \(fault)")
            throw ExitStatus.unusable
        }
    }

    /// One line from the terminal, without its echo.
    private static func hidden(_ prompt: String) throws(PasswordLine.Fault) -> String {
        var shown = termios()
        tcgetattr(0, &shown)
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        // A handler that does nothing ends `read`, so that the terminal is put right before the process ends.
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        var former = sigaction()
        sigaction(SIGINT, &action, &former)
        tcsetattr(0, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(0, TCSAFLUSH, &shown)
            sigaction(SIGINT, &former, nil)
            Message.say("")
        }
        Message.write(prompt)
        return try PasswordLine.read(from: 0)
    }
}
