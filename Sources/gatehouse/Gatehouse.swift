import ArgumentParser
import Glibc

/// The command line: `gatehouse COMMAND`.
@main
struct Gatehouse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatehouse",
        abstract: "A reverse proxy that checks bearer tokens and scopes before your services.",
        version: Version.text,
        subcommands: [
            Run.self, Check.self, DoctorCommand.self, Routes.self, Token.self, Keys.self, Users.self, Clients.self,
            Wait.self,
        ]
    )

    /// Runs the command that the arguments name. Help goes to standard output, messages to standard error.
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            var command = try Self.parseAsRoot(arguments)
            try command.run()
        } catch {
            let status = ExitStatus.of(error, arguments: arguments)
            let message = Self.fullMessage(for: error)
            if !message.isEmpty { status == 0 ? print(message) : Message.say(message) }
            Glibc.exit(status)
        }
    }
}
