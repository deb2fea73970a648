import ArgumentParser
import AuthorizationServer
import Commands
import Cryptography

/// `gatehouse users`.
struct Users: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The people who can sign in with the authorization server.",
        discussion: "They work on its store, also beside a running gateway. A password is never an argument.",
        subcommands: [
            UsersAdd.self, UsersList.self, UsersRemove.self, UsersPassword.self, UsersHash.self,
        ]
    )

    /// For the help of those that read one.
    static let passwordIsRead = """
        The password is asked for, or read as one line from standard input. One with fewer than \
        \(PasswordRule.minimumLength) characters is warned of; with --scheme bcrypt it has at most \
        \(PasswordHash.maximumBcryptByteCount) bytes.
        """

    /// The hash of a password that is asked for.
    static func askPassword(for scheme: PasswordScheme) throws -> PasswordHash {
        try ServerAdministration.hash(PasswordPrompt.ask(), scheme: scheme.hash) { Message.say("warning: \($0)") }
    }
}

/// `--scheme`: how a password is kept.
enum PasswordScheme: String, CaseIterable, ExpressibleByArgument {
    case yescrypt, bcrypt

    var hash: PasswordHash.Scheme {
        switch self {
        case .yescrypt: .yescrypt
        case .bcrypt: .bcrypt
        }
    }
}
