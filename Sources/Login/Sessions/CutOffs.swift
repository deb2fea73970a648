internal import AuthorizationServer
internal import Bytes
internal import Cryptography
internal import Reactor
internal import SharedState

/// Sessions that ended before their time, as one thread knows them: at sign-out, and when a provider said so.
///
/// A sealed cookie cannot be taken back, so that copies of it are known by these. They are told by the shared state, which
/// has a bound of its own (`CutOffKind.maximumCount`) and refuses more.
public final class CutOffs {
    /// Here twice as many have room as there may be: entries end here a little later than there.
    static let maximumCount = 2 * CutOffKind.sessions.maximumCount

    /// The last moment at which a session began that ends.
    private var moments = ExpiringTable<CutOff.Subject, Int64>(maximumCount: maximumCount, maximumBytes: .max)

    /// Grants that servers of other gateways have revoked: their sessions have ended, too.
    private let revocations: SharedRevocations?

    public init(_ revocations: SharedRevocations? = nil) { self.revocations = revocations }

    public enum Addition: Equatable, Sendable {
        case added
        /// All that it says was known.
        case known
        /// There is no room, which means that sessions could be taken for live ones.
        case noRoom
    }

    /// Of two for one subject what holds for more sessions, and for longer, counts.
    public func add(_ cutOff: CutOff) -> Addition {
        let now = MonotonicClock.milliseconds
        let known = self.moments.entry(of: cutOff.subject, now: now)
        let until = max(cutOff.startedUntil, known?.value ?? .min)
        let end = max(now + cutOff.lifetime.wholeMilliseconds, known?.end ?? 0)
        // The same is told more than once, and its end is then a little later each time.
        if let known, known.value == until, end <= known.end + Self.tolerance { return .known }
        return self.moments.set(until, of: cutOff.subject, until: end, now: now) ? .added : .noRoom
    }

    private static let tolerance = SharedCutOff.tolerance.wholeMilliseconds

    /// Those that have some time left, for a state that has lost them.
    var remaining: [CutOff] {
        let now = MonotonicClock.milliseconds + Self.tolerance
        return self.moments.entries.filter { now < $0.end }.map {
            CutOff(subject: $0.key, startedUntil: $0.value, lifetime: .milliseconds($0.end - now + Self.tolerance))
        }
    }

    /// Whether a session stands on a grant that was revoked at another gateway.
    func hasRevoked(_ mark: TokenMark?) -> Bool {
        guard let revocations, let name = mark?.name else { return false }
        return revocations.contains(name)
    }

    /// Whether it is known what there is to know of the grant that a session stands on, if it stands on one. It may be of
    /// another gateway's copy of the store, so that what the store of this process says is not enough, as it is for tokens of
    /// this process's server: a session cannot be judged without the shared state anyway.
    public func canJudge(_ session: RememberedSession) -> Bool {
        session.mark == nil || self.revocations?.isFresh ?? true
    }

    /// Whether a session is among them. `subjects` are all by which it is known.
    func cut(_ subjects: [CutOff.Subject], startedAt: Int64) -> Bool {
        guard !self.moments.isEmpty else { return false }
        let now = MonotonicClock.milliseconds
        return subjects.contains { subject in
            self.moments.value(of: subject, now: now).map { startedAt <= $0 } ?? false
        }
    }
}

/// The end of sessions, in the form in which it is told.
public struct CutOff: Sendable, Equatable {
    /// Which sessions end.
    public struct Subject: Hashable, Sendable {
        /// What is written: of one length, and nobody's name.
        fileprivate let bytes: [UInt8]
        /// The first of them, so that most others need not be compared.
        private let tag: UInt64
        /// Whether it is one session, which never begins again.
        let isSession: Bool

        /// One of ours.
        static func session(_ name: SessionName) -> Subject {
            Subject("s \(name.high) \(name.low)", isSession: true)
        }

        /// Those of the provider's session `sid`.
        static func providerSession(provider: String, sid: String) -> Subject { Subject("p \(provider) \(sid)") }

        /// Those of a person.
        static func person(provider: String, subject: String) -> Subject { Subject("u \(provider) \(subject)") }

        // A provider's name has no space.
        private init(_ text: String, isSession: Bool = false) {
            self.init(bytes: SecretDigest(of: text).bytes, isSession: isSession)
        }

        fileprivate init(bytes: [UInt8], isSession: Bool = false) {
            self.bytes = bytes
            self.tag = bytes.span.extracting(..<8).wholeNumber
            self.isSession = isSession
        }

        public static func == (one: Subject, other: Subject) -> Bool {
            one.tag == other.tag && one.bytes == other.bytes
        }

        public func hash(into hasher: inout Hasher) { hasher.combine(self.tag) }
    }

    let subject: Subject
    /// Sessions that began later are spared. Milliseconds since 1970.
    let startedUntil: Int64
    /// How long such a session could still be alive.
    let lifetime: Duration
}

extension CutOff {
    /// The digest, and the moment with the highest byte first.
    var shared: SharedCutOff {
        var key = ByteBuffer(capacity: SecretDigest.byteCount + 8)
        key.append(self.subject.bytes)
        key.append(time: self.startedUntil)
        return SharedCutOff(key: key.span.array, lifetime: self.lifetime)
    }

    /// Nil for one of another form: a later version of the gateway may write some.
    init?(_ shared: SharedCutOff) {
        guard shared.key.count == SecretDigest.byteCount + 8 else { return nil }
        var reader = RecordReader(position: SecretDigest.byteCount)
        guard let moment = reader.number(shared.key.span, byteCount: 8) else { return nil }
        self.subject = Subject(bytes: Array(shared.key[..<SecretDigest.byteCount]))
        self.startedUntil = Int64(bitPattern: moment)
        self.lifetime = shared.lifetime
    }
}

extension Session {
    /// All by which a cut-off may name it.
    var subjects: [CutOff.Subject] {
        var subjects = [CutOff.Subject.session(self.name)]
        if let sid = self.identity.providerSession {
            subjects.append(.providerSession(provider: self.provider, sid: sid))
        }
        if let sub = self.identity.subject { subjects.append(.person(provider: self.provider, subject: sub)) }
        return subjects
    }
}
