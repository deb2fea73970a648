import ArgumentParser
import Commands

/// `gatehouse users password`.
struct UsersPassword: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Set somebody's password, which ends all sessions and refresh tokens.",
        discussion: "\(Users.passwordIsRead)"
    )

    @OptionGroup var server: ServerOptions
    @Argument(help: ArgumentHelp("What they sign in with.", valueName: "name"))
    var user: String
    @Option(help: "yescrypt or bcrypt: how the password is kept.")
    var scheme = PasswordScheme.yescrypt

    func run() throws {
        try self.server.run { administration in
            try administration.checkIsStored(user: self.user)
            let hash = try Users.askPassword(for: self.scheme)
            try administration.setPassword(hash, ofUser: self.user)
        }
    }
}
