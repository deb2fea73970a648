import ArgumentParser
import Commands
import Configuration

/// `gatehouse routes`.
struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the routes in the order in which they are tried, and who may pass."
    )

    @OptionGroup var policy: PolicyOptions
    @Option(help: "text or json.")
    var format = OutputFormat.text

    func run() throws {
        let listing = RouteListing(RouteReport.report(try self.policy.load().settings))
        try Output.write(self.format, text: listing.text, json: listing.json)
    }
}
