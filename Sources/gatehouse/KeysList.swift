import Admin
import ArgumentParser
import AuthorizationServer
import Commands
import Configuration
import JOSE
import Stores

/// `gatehouse keys list`.
struct KeysList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the keys that the running gateway knows, by issuer, and which of its own key signs.",
        discussion: """
            What the authorization server's own keys are for is read from its store, also when no gateway runs. Ends with \
            1 if there is one to ask, and it does not answer.
            """
    )

    @OptionGroup var policy: PolicyOptions
    @Option(help: "text or json.")
    var format = OutputFormat.text

    func run() throws {
        let configuration = try self.policy.look()
        let duties = Self.duties(configuration)
        // Without an admin address there may be these keys to list, and nobody to ask for others.
        let isAlone = configuration.admin == nil && duties != nil
        let document = isAlone ? nil : Self.document(try self.policy.admin())
        if document != nil || duties != nil {
            let listing = KeyListing(document, duties: duties)
            try Output.write(self.format, text: listing.text, json: listing.json)
        }
        guard isAlone || document != nil else {
            Message.say("error: the gateway does not answer on its admin address; does it run?")
            throw ExitCode(1)
        }
    }

    private static func document(_ admin: AdminSettings) -> JSONValue? {
        let answer = AdminClient(admin).ask("/api/issuers", within: 5_000)
        guard let answer, answer.status == 200 else { return nil }
        return try? JSONValue(parsing: answer.body.span, maximumByteCount: AdminClient.maximumAnswerBytes)
    }

    /// Nil without a server whose store can be read. Why it cannot is said, but for a store in memory.
    private static func duties(_ configuration: LoadedConfiguration) -> [SigningKeyDuty]? {
        guard let server = configuration.settings.authorizationServer, server.store != .memory else { return nil }
        do {
            return try ServerSight(server, at: .now).duties
        } catch {
            for problem in configuration.places.problems(error) { Message.say("\(problem)") }
            return nil
        }
    }
}
