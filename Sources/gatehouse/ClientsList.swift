import ArgumentParser
import Commands

/// `gatehouse clients list`.
struct ClientsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the clients of the policy and of the store."
    )

    @OptionGroup var server: ServerOptions
    @Option(help: "text or json.")
    var format = OutputFormat.text

    func run() throws {
        let listing = try self.server.run { try $0.clients() }
        try Output.write(self.format, text: listing.text, json: listing.json)
    }
}
