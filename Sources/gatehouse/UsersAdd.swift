import ArgumentParser
import Commands

/// `gatehouse users add`.
struct UsersAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add somebody to the store.",
        discussion: "\(Users.passwordIsRead)"
    )

    @OptionGroup var server: ServerOptions
    @Argument(help: ArgumentHelp("What they sign in with, and the `sub` of their tokens.", valueName: "name"))
    var user: String
    @Option(name: .customLong("name"), help: ArgumentHelp("What they are called.", valueName: "text"))
    var displayName: String?
    @Option(help: ArgumentHelp("Their e-mail address.", valueName: "address"))
    var email: String?
    @Flag(help: "The address is known to be theirs.")
    var emailVerified = false
    @Option(name: .customLong("group"), help: ArgumentHelp("A group. May be repeated.", valueName: "group"))
    var groups: [String] = []
    @Option(
        name: .customLong("claim"),
        help: ArgumentHelp(
            "Any other claim. JSON if it reads as JSON, else text. May be repeated.",
            valueName: "name=value"
        )
    )
    var claims: [String] = []
    @Option(help: "yescrypt or bcrypt: how the password is kept.")
    var scheme = PasswordScheme.yescrypt

    func validate() throws {
        for claim in self.claims where ClaimAssignment(claim) == nil {
            throw ValidationError("--claim takes NAME=VALUE, not '\(claim)'")
        }
    }

    func run() throws {
        var draft = UserDraft(name: self.user)
        draft.displayName = self.displayName
        draft.email = self.email
        draft.isEmailVerified = self.emailVerified
        draft.groups = self.groups
        draft.claims = self.claims.compactMap(ClaimAssignment.init)
        try self.server.run(mayMake: true) { administration in
            // Nobody types a password twice to hear that the name is taken.
            try administration.check(draft)
            let hash = try Users.askPassword(for: self.scheme)
            try administration.add(draft, password: hash)
        }
    }
}
