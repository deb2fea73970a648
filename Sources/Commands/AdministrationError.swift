package import AuthorizationServer
package import Cryptography
package import Stores

/// Why a command did not change the store. The text is for whoever gave the command, and holds no secret.
package enum AdministrationError: Error, Equatable {
    case store(StoreError)
    /// What, `user` or `client`, and its name: the policy has it.
    case inPolicy(String, name: String)
    case taken(String, name: String)
    case unknown(String, name: String)
    /// An option or argument, and what is wrong with it.
    case invalid(String, reason: String)
    case weakPassword(PasswordRule.Fault)
    case password(PasswordHashError)
    /// HS256: there is no key to follow another.
    case sharedSecret
}

extension AdministrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .store(let error): "\(error)"
        case .inPolicy(let kind, let name): "the \(kind) \(name) stands in the policy; change it there"
        case .taken(let kind, let name): "there is a \(kind) \(name) already"
        case .unknown(let kind, let name): "there is no \(kind) \(name) in the store"
        case .invalid(let option, let reason): "\(option): \(reason)"
        case .weakPassword(let fault): "\(fault)"
        case .password(let error): "\(error)"
        case .sharedSecret: "tokens are signed with the secret of the policy, which is changed there"
        }
    }
}

extension AdministrationError {
    /// A word that is none of the known ones, and the one that was probably meant.
    static func unknownWord(_ option: String, _ reason: String, meant suggestion: String?) -> AdministrationError {
        .invalid(option, reason: reason + (suggestion.map { "; did you mean `\($0)`?" } ?? ""))
    }
}
