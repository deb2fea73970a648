import ArgumentParser
import Commands

/// `gatehouse clients invite`.
struct ClientsInvite: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: "Print an initial access token, with which a client can register itself."
    )

    @OptionGroup var server: ServerOptions
    @Option(
        name: .customLong("scope"),
        help: ArgumentHelp("What the client may ask for at most. May be repeated.", valueName: "scope")
    )
    var scopes: [String] = []
    @Option(help: "How long the token counts.", transform: DurationOption.read)
    var expires = DurationOption(default: "7d")
    @Option(help: "How many clients it can register.")
    var uses: Int64 = 1

    func run() throws {
        let token = try self.server.run(mayMake: true) { administration in
            if !administration.allowsRegistration {
                Message.say("warning: the policy says `registration: off`, so that nobody can register for now")
            }
            return try administration.invite(scopes: self.scopes, for: self.expires.duration, uses: self.uses)
        }
        try Output.write(token.text + "\n")
    }
}
