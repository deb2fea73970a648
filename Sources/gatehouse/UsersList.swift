import ArgumentParser
import Commands

/// `gatehouse users list`.
struct UsersList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the people of the policy and of the store."
    )

    @OptionGroup var server: ServerOptions
    @Option(help: "text or json.")
    var format = OutputFormat.text

    func run() throws {
        let listing = try self.server.run { try $0.users() }
        try Output.write(self.format, text: listing.text, json: listing.json)
    }
}
