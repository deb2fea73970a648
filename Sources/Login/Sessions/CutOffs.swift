/// Sessions that ended before their time: at sign-out, and when a provider said so.
///
/// A sealed cookie cannot be taken back, so that copies of it are known by these. Bounded: when it is full, the entry that
/// would end first makes room for the new one.
public struct CutOffs: Sendable, Equatable {
    /// At the most. An entry lives as long as the session that it ends could have.
    public static let maximumCount = 65_536

    /// Which sessions end.
    public enum Subject: Hashable, Sendable {
        /// One of ours.
        case session(SessionName)
        /// Those of the provider's session `sid`.
        case providerSession(provider: String, sid: String)
        /// Those of a person that began until then.
        case person(provider: String, subject: String)
    }

    private struct Entry: Sendable, Equatable {
        /// Sessions that began then or before end. Milliseconds since 1970, as all times here.
        var startedUntil: Int64
        var endsAt: Int64
    }

    private var entries: [Subject: Entry] = [:]
    /// Changes with each entry, so that whoever has looked need not look again.
    public private(set) var generation: UInt64 = 0

    public init() {}

    public var isEmpty: Bool { self.entries.isEmpty }
    public var count: Int { self.entries.count }

    /// - Parameters:
    ///   - startedUntil: Sessions that began later are spared.
    ///   - endsAt: When no such session can be alive.
    mutating func add(_ subject: Subject, startedUntil: Int64, endsAt: Int64, now: Int64) {
        self.generation += 1
        if self.entries.count >= Self.maximumCount && self.entries[subject] == nil { self.makeRoom(now) }
        self.entries[subject] = Entry(
            startedUntil: max(startedUntil, self.entries[subject]?.startedUntil ?? 0),
            endsAt: max(endsAt, self.entries[subject]?.endsAt ?? 0)
        )
    }

    /// Whether a session is among them. `subjects` are all by which it is known.
    func cut(_ subjects: [Subject], startedAt: Int64) -> Bool {
        guard !self.entries.isEmpty else { return false }
        return subjects.contains { self.entries[$0].map { startedAt <= $0.startedUntil } ?? false }
    }

    private mutating func makeRoom(_ now: Int64) {
        self.entries = self.entries.filter { now < $0.value.endsAt }
        guard self.entries.count >= Self.maximumCount,
            let first = self.entries.min(by: { $0.value.endsAt < $1.value.endsAt })
        else { return }
        self.entries[first.key] = nil
    }
}

extension Session {
    /// All by which a cut-off may name it.
    var subjects: [CutOffs.Subject] {
        var subjects = [CutOffs.Subject.session(self.name)]
        if let sid = self.identity.providerSession {
            subjects.append(.providerSession(provider: self.provider, sid: sid))
        }
        if let sub = self.identity.subject { subjects.append(.person(provider: self.provider, subject: sub)) }
        return subjects
    }
}
