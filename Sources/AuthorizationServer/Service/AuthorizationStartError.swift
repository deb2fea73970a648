/// Why the authorization server cannot start, or cannot take a new policy.
public struct AuthorizationStartError: Error, Equatable {
    /// At least one.
    public let faults: [SettingFault]

    init(_ faults: [SettingFault]) { self.faults = faults }

    init(_ key: SettingFault.Key, _ reason: String) { self.faults = [SettingFault(key, reason)] }
}

/// What is wrong with one key of the policy, found out only when the server took it.
public struct SettingFault: Sendable, Equatable {
    /// `["authorization_server", "store"]`. Names may have dots in them.
    public let path: [String]
    /// For the operator, with the way out. Holds no secret.
    public let reason: String

    init(path: [String], reason: String) {
        self.path = path
        self.reason = reason
    }

    init(_ key: Key, _ reason: String) { self.init(path: key.path, reason: reason) }

    enum Key: String {
        case store, seal

        fileprivate var path: [String] {
            switch self {
            case .store: ["authorization_server", "store"]
            case .seal: ["authorization_server", "keys", "seal"]
            }
        }
    }
}

extension AuthorizationStartError: CustomStringConvertible {
    public var description: String { self.faults.map(\.description).joined(separator: "\n") }
}

extension SettingFault: CustomStringConvertible {
    public var description: String { "\(self.path.joined(separator: ".")): \(self.reason)" }
}
