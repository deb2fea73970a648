public import Cryptography

/// What a new password must be, wherever somebody chooses one: on the account page, or by a command.
public enum PasswordRule {
    /// In Unicode code points, as NIST SP 800-63B-4, section 3.1.1.2, counts them. It asks for 15 where a password is all
    /// there is, and for 8 at least: a passphrase of three words has 12, and guesses are few.
    public static let minimumLength = 12

    /// Why a password is not taken.
    public enum Fault: Error, Equatable, Sendable {
        case tooShort
        /// What comes behind so many bytes would not count.
        case tooLong(maximumByteCount: Int)
    }

    /// Throws when the password cannot be kept in the form of `scheme`, or is too soon guessed.
    public static func check(_ password: String, for scheme: PasswordHash.Scheme) throws(Fault) {
        guard password.unicodeScalars.count >= self.minimumLength else { throw .tooShort }
        let maximum = scheme.maximumPasswordByteCount
        guard password.utf8.count <= maximum else { throw .tooLong(maximumByteCount: maximum) }
    }
}

extension PasswordRule.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooShort: "the password is shorter than \(PasswordRule.minimumLength) characters"
        case .tooLong(let maximum): "the password is longer than \(maximum) bytes, which is all that counts"
        }
    }
}
