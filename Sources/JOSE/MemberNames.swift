internal import Bytes

/// The names that an object has so far, to find one that comes twice.
///
/// A few are compared one by one; beyond that they are hashed with the process's random seed, so that an object of a
/// thousand members, sent by anybody, does not cost a million comparisons.
struct MemberNames {
    private static let maximumComparisons = 16

    private var seen: Set<ExactName> = []

    private struct ExactName: Hashable {
        let text: String

        static func == (one: ExactName, other: ExactName) -> Bool { one.text.hasSameBytes(as: other.text) }

        func hash(into hasher: inout Hasher) {
            for byte in self.text.utf8 { hasher.combine(byte) }
        }
    }

    /// Whether `name` is new; `members` are those before it.
    mutating func insert(_ name: String, into members: [JSONMember]) -> Bool {
        guard members.count >= Self.maximumComparisons else {
            return !members.contains { $0.name.hasSameBytes(as: name) }
        }
        if self.seen.isEmpty { self.seen = Set(members.map { ExactName(text: $0.name) }) }
        return self.seen.insert(ExactName(text: name)).inserted
    }
}
