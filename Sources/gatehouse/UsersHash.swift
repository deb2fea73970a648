import ArgumentParser
import Commands

/// `gatehouse users hash`.
struct UsersHash: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash",
        abstract: "Print the hash of a password, for `password_hash` of the policy.",
        discussion: "\(Users.passwordIsRead) No policy is needed."
    )

    @Option(help: "yescrypt or bcrypt.")
    var scheme = PasswordScheme.yescrypt

    func run() throws {
        do {
            let hash = try Users.askPassword(for: self.scheme)
            try Output.write(hash.text + "\n")
        } catch let error as AdministrationError {
            Message.say("error: \(error)")
            throw ExitStatus.unusable
        }
    }
}
