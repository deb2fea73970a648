import Cryptography

/// A value as it was read. Prints as its size alone: it may be a secret.
public struct StateValue: Sendable, Equatable {
    public let bytes: [UInt8]
    public let version: StateVersion

    /// Bytes of one value: far above a session with the tokens of its provider.
    public static let maximumBytes = 64 * 1024
}

extension StateValue: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(self.bytes.count) bytes" }
    public var debugDescription: String { self.description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Which of the values that were written under one key it is. Random, so that a value that was removed and written anew is
/// another one.
public struct StateVersion: Sendable, Equatable {
    /// Enough never to meet by chance.
    static let byteCount = 16

    let bytes: [UInt8]
}

/// A claim, for giving it back: nobody else's claim of the same name is taken for it.
public struct StateClaim: Sendable, Equatable {
    let key: ClaimKey
    let owner: StateVersion
}

extension StateClaim {
    /// One that is to be asked for.
    public init(_ key: ClaimKey) {
        self.init(key: key, owner: StateVersion(bytes: Randomness.bytes(count: StateVersion.byteCount)))
    }
}

extension StateVersion {
    static func random(_ supply: inout RandomSupply) -> StateVersion {
        StateVersion(bytes: supply.next(self.byteCount))
    }
}
