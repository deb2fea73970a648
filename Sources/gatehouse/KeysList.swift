import Admin
import ArgumentParser
import Commands
import JOSE

/// `gatehouse keys list`.
struct KeysList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the keys that the running gateway knows, by issuer."
    )

    @OptionGroup var policy: PolicyOptions
    @Option(help: "text or json.")
    var format = OutputFormat.text

    func run() throws {
        let client = AdminClient(try self.policy.admin())
        guard let answer = client.ask("/api/issuers", within: 5_000), answer.status == 200,
            let document = try? JSONValue(parsing: answer.body.span, maximumByteCount: AdminClient.maximumAnswerBytes)
        else {
            Message.say("error: the gateway does not answer on its admin address; does it run?")
            throw ExitCode(1)
        }
        try Output.write(self.format, text: KeyListing(document).text, json: document)
    }
}
