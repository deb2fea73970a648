import ArgumentParser
import Commands

/// `gatehouse clients remove`.
struct ClientsRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a client from the store.",
        discussion: """
            Its grants end, and within a second what it got from people. A token that it got for itself, by client \
            credentials, counts until it is over (`tokens.access`).
            """
    )

    @OptionGroup var server: ServerOptions
    @Argument(help: ArgumentHelp("Its `client_id`.", valueName: "name"))
    var client: String

    func run() throws {
        try self.server.run { try $0.removeClient(self.client) }
    }
}
