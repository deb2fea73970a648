import ArgumentParser
import AuthorizationServer
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
        The password is asked for, or read as one line from standard input. It has at least \
        \(PasswordRule.minimumLength) characters, and with --scheme bcrypt at most \
        \(PasswordHash.maximumBcryptByteCount) bytes.
        """
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
