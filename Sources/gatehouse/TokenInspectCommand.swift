import ArgumentParser
import Commands
import Telemetry

/// `gatehouse token inspect`.
struct TokenInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Decode a token and say what the policy thinks of it.",
        discussion: """
            Judged with the keys that the policy holds; the keys of `discovery` and `url` are fetched by a running gateway \
            alone. Ends with 0 if the token is accepted, and with 1 if not.
            """
    )

    @OptionGroup var policy: PolicyOptions
    @Argument(help: "The token; `-`, or none, reads it from standard input.")
    var token = "-"
    @Option(help: "text or json.")
    var format = OutputFormat.text

    func run() throws {
        let settings = try self.policy.load().settings
        let now = WallClock.milliseconds / 1000
        let token = self.token == "-" ? readLine() ?? "" : self.token
        let inspection = TokenInspection(Self.trimmed(token), settings: settings, at: now)
        try Output.write(self.format, text: inspection.text(at: now), json: inspection.json)
        guard inspection.isAccepted else { throw ExitCode.failure }
    }

    /// What copying and pasting leaves around a token.
    private static func trimmed(_ text: String) -> String {
        let words = text.split(maxSplits: 2, whereSeparator: \.isWhitespace)
        guard let first = words.first else { return "" }
        // As it stands in `Authorization`.
        return String(first.lowercased() == "bearer" ? words.dropFirst().first ?? "" : first)
    }
}
