/// Why a text is no password hash, or a password cannot be hashed. The text is for the operator.
public enum PasswordHashError: Error, Equatable, Sendable {
    /// Neither bcrypt (`$2a$`, `$2b$`, `$2y$`) nor yescrypt (`$y$`), or broken.
    case unknownForm
    /// Above 2^16 rounds of bcrypt, or 2^15 blocks of yescrypt.
    case tooCostly
    /// What follows a NUL would not count.
    case containsNUL
    /// In bytes of UTF-8.
    case tooLong(maximum: Int)
}

extension PasswordHashError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownForm: "not a password hash of bcrypt ($2b$…) or yescrypt ($y$…)"
        case .tooCostly: "the password hash would take seconds to verify"
        case .containsNUL: "a password cannot have a NUL in it"
        case .tooLong(let maximum): "the password is longer than \(maximum) bytes"
        }
    }
}
