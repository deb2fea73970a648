import ArgumentParser
import AuthorizationServer
import Commands
import Configuration
import Stores
import Telemetry

/// `gatehouse token inspect`.
struct TokenInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Decode a token and say what the policy thinks of it.",
        discussion: """
            Judged with the keys that the policy holds, and with those in the store of the embedded authorization server; \
            the keys of `discovery` and `url` are fetched by a running gateway alone. Ends with 0 if the token is accepted, and with 1 if not.
            """
    )

    @OptionGroup var policy: PolicyOptions
    @Argument(help: "The token; `-`, or none, reads it from standard input.")
    var token = "-"
    @Option(help: "text or json.")
    var format = OutputFormat.text

    func run() throws {
        let configuration = try self.policy.load()
        let now = WallClock.milliseconds / 1000
        let token = self.token == "-" ? readLine() ?? "" : self.token
        let inspection = self.inspect(Self.trimmed(token), configuration, at: now)
        try Output.write(self.format, text: inspection.text(at: now), json: inspection.json)
        guard inspection.isAccepted else { throw ExitCode.failure }
    }

    /// The store is looked into for a token of the embedded server alone.
    private func inspect(_ token: String, _ configuration: LoadedConfiguration, at now: Int64) -> TokenInspection {
        let settings = configuration.settings
        let inspection = TokenInspection(token, settings: settings, at: now)
        guard case .refused(.keysUnavailable, _) = inspection.verdict, let server = settings.authorizationServer,
            settings.issuers.contains(where: { $0.keys == .embedded })
        else { return inspection }
        do {
            // To the millisecond: a key may be younger than this second.
            let sight = try ServerSight(server, at: .now)
            return TokenInspection(token, settings: settings, server: sight, at: now)
        } catch {
            for problem in configuration.places.problems(error) { Message.say("\(problem)") }
            return inspection
        }
    }

    /// What copying and pasting leaves around a token.
    private static func trimmed(_ text: String) -> String {
        let words = text.split(maxSplits: 2, whereSeparator: \.isWhitespace)
        guard let first = words.first else { return "" }
        // As it stands in `Authorization`.
        return String(first.lowercased() == "bearer" ? words.dropFirst().first ?? "" : first)
    }
}
