import ArgumentParser
import Commands
import Configuration
import Gateway
import Telemetry

/// `gatehouse token mint`.
struct TokenMintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mint",
        abstract: "Print a token that an issuer of the policy might have made.",
        discussion: """
            The key is yours: the gateway only holds public ones. If the policy would refuse the token, a message on \
            standard error says why; the token is printed all the same.
            """
    )

    @OptionGroup var policy: PolicyOptions
    @Option(help: ArgumentHelp("The private key, as PEM or JWK.", valueName: "file"))
    var key: String
    @Option(help: ArgumentHelp("An issuer of the policy: `iss` and `aud`. Default: the only one.", valueName: "name"))
    var issuer: String?
    @Option(help: "`sub`.")
    var subject = "demo"
    @Option(help: "`scope`: words with spaces between them. May be repeated.")
    var scope: [String] = []
    @Option(
        help: ArgumentHelp(
            "Any other claim. JSON if it reads as JSON, else text. May be repeated.",
            valueName: "name=value"
        )
    )
    var claim: [String] = []
    @Option(help: "From now to `exp`.", transform: DurationOption.read)
    var lifetime = DurationOption(default: "10m")

    func validate() throws {
        for claim in self.claim where ClaimAssignment(claim) == nil {
            throw ValidationError("--claim takes NAME=VALUE, not '\(claim)'")
        }
        guard self.lifetime.duration >= .seconds(1), self.lifetime.duration.components.attoseconds == 0 else {
            throw ValidationError("--lifetime takes whole seconds, at least one")
        }
    }

    func run() throws {
        let settings = try self.policy.load().settings
        let mint = try self.mint(settings)
        let now = WallClock.milliseconds / 1000
        let token = mint.mint(self.request, at: now)
        try Output.write(token + "\n")
        self.warn(of: TokenInspection(token, settings: settings, at: now))
    }

    private var request: TokenMint.Request {
        var request = TokenMint.Request()
        request.subject = self.subject
        request.scopes = self.scope.filter { !$0.isEmpty }
        request.claims = self.claim.compactMap(ClaimAssignment.init)
        request.lifetime = self.lifetime.duration.components.seconds
        return request
    }

    private func mint(_ settings: GatewaySettings) throws -> TokenMint {
        do {
            let text = try Environment.process.read(self.key)
            return try TokenMint(key: text, settings: settings, issuerName: self.issuer)
        } catch let error as FileError {
            Message.say("error: \(self.key): \(error.reason)")
        } catch {
            Message.say("error: \(error)")
        }
        throw ExitStatus.unusable
    }

    /// A token that will be refused may be just what is wanted, so it is no error.
    private func warn(of inspection: TokenInspection) {
        guard case .refused(let code, let reason) = inspection.verdict, code != .keysUnavailable else { return }
        Message.say("warning: the policy refuses this token: \(code.name)\(reason.map { ": \($0)" } ?? "")")
    }
}
