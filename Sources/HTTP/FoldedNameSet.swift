import Bytes

/// A set of field names and prefixes (`X-Auth-*`) that are compared folded.
public struct FoldedNameSet: Sendable {
    @usableFromInline var names: [[UInt8]] = []
    @usableFromInline var prefixes: [[UInt8]] = []

    /// Each pattern is a name, or a prefix and a `*`.
    public init(_ patterns: [String]) {
        for pattern in patterns {
            let isPrefix = pattern.utf8.last == UInt8(ascii: "*")
            let folded = pattern.utf8.dropLast(isPrefix ? 1 : 0).map(\.folded)
            if isPrefix { self.prefixes.append(folded) } else { self.names.append(folded) }
        }
    }

    /// Whether a field of that name is one of them.
    @inlinable
    public func contains(_ name: Span<UInt8>) -> Bool {
        for candidate in self.names where name.foldedEquals(candidate.span) { return true }
        for prefix in self.prefixes where name.count >= prefix.count {
            if name.extracting(0..<prefix.count).foldedEquals(prefix.span) { return true }
        }
        return false
    }
}
