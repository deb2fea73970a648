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
            Message.say("error: \(fault)")
            throw ExitStatus.unusable
        }
    }

    /// One line from the terminal, without its echo.
    private static func hidden(_ prompt: String) throws(PasswordLine.Fault) -> String {
        TerminalEcho.hide()
        defer {
            TerminalEcho.restore()
            Message.say("")
        }
        Message.write(prompt)
        return try PasswordLine.read(from: 0)
    }
}
