/// A secret that no log, message or reflection shows by accident.
public struct Redacted<Value> {
    /// The secret itself. Whoever writes this word must not print what it gets.
    public let secret: Value

    public init(_ secret: Value) { self.secret = secret }
}

extension Redacted: Sendable where Value: Sendable {}

/// For telling whether settings changed. Credentials of a request are compared in constant time elsewhere.
extension Redacted: Equatable where Value: Equatable {}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
