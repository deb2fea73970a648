import ArgumentParser
import Commands
import Configuration

/// `gatehouse routes`.
struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the routes in matching order, and who may pass.",
        discussion: """
            The order is for reading: the more particular host and path stand first, wherever they are in the policy. \
            A request has the first host and path that fit it, whatever its method.
            """
    )

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var misplaced: MisplacedPolicy
    @Option(help: "text or json.")
    var format = OutputFormat.text

    func run() throws {
        let listing = RouteListing(RouteReport.table(try self.policy.load().settings))
        try Output.write(self.format, text: listing.text, json: listing.json)
    }
}
