/// The header lines that tell upstreams about one token, by the places that a policy's identity configurations have.
///
/// A token is remembered beyond its policy, and the places mean something else under the next one: lines are good for the
/// policy alone that they were made under.
public struct IdentityLines: Sendable {
    private var policy: UInt64 = 0
    private var lines: [[UInt8]?] = []

    public init() {}

    /// Nil until they were kept. `policy` is the number of the policy that is in force.
    public func lines(_ configuration: Int, policy: UInt64) -> [UInt8]? {
        guard policy == self.policy, configuration < self.lines.count else { return nil }
        return self.lines[configuration]
    }

    /// Forgets those of every other policy.
    public mutating func keep(_ lines: [UInt8], _ configuration: Int, policy: UInt64) {
        if policy != self.policy {
            self.policy = policy
            self.lines = []
        }
        while self.lines.count <= configuration { self.lines.append(nil) }
        self.lines[configuration] = lines
    }
}
