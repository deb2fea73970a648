import ArgumentParser
import Commands

/// `gatehouse users remove`.
struct UsersRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove somebody from the store, with all sessions and tokens."
    )

    @OptionGroup var server: ServerOptions
    @Argument(help: ArgumentHelp("What they sign in with.", valueName: "name"))
    var user: String

    func run() throws {
        try self.server.run { try $0.removeUser(self.user) }
    }
}
