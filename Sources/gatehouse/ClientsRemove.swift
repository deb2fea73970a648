import ArgumentParser
import Commands

/// `gatehouse clients remove`.
struct ClientsRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a client from the store, with all its tokens."
    )

    @OptionGroup var server: ServerOptions
    @Argument(help: ArgumentHelp("Its `client_id`.", valueName: "name"))
    var client: String

    func run() throws {
        try self.server.run { try $0.removeClient(self.client) }
    }
}
