public import Bytes
public import OAuth

/// What a request's cookies say of a session.
public enum SessionFinding {
    /// There is none.
    case none
    /// There is something that is no session any more, or never was: the browser should forget it.
    case unusable
    case live(RememberedSession, SessionLife.Refresh)
}

/// Reads the sessions that requests bring, for one worker. The second thing, besides a verified token, that proves who
/// somebody is.
public final class SessionReader {
    public let life: SessionLife
    private let seal: SessionSeal
    private let parts: SessionParts
    /// Places of the providers, behind those of the issuers.
    private let places: [String: Int]
    private let scopes: ScopeTable
    private var memory = SessionMemory()
    /// Sessions that ended before their time.
    private(set) var cutOffs = CutOffs()
    private var box: [UInt8] = []
    private var text = ByteBuffer()
    /// The record that was opened last.
    private var record: [UInt8] = []

    /// - Parameters:
    ///   - firstPlace: Of the providers: the number of issuers.
    ///   - scopes: Every scope that the policy names.
    public init(_ kit: SessionKit, firstPlace: Int, scopes: ScopeTable) {
        self.seal = kit.seal
        self.parts = kit.parts
        self.life = kit.life
        self.scopes = scopes
        self.places = Dictionary(
            uniqueKeysWithValues: kit.settings.providers.enumerated().map { ($1.name, firstPlace + $0) }
        )
    }

    /// The names of the session's cookies, which no upstream sees.
    public var cookieNames: [[UInt8]] { self.parts.names }

    /// Judges what the cookies of a request hold.
    ///
    /// - Parameters:
    ///   - now: Milliseconds since 1970.
    ///   - append: Appends the value of the cookie of that name, and says how many there were.
    public func read(
        at now: Int64,
        _ append: (_ name: [UInt8], _ text: inout ByteBuffer) -> Int
    ) -> SessionFinding {
        switch self.parts.join(into: &self.box, text: &self.text, append) {
        case .none: return .none
        case .broken: return .unusable
        case .box(let byteCount):
            let box = self.box
            guard let record = self.seal.open(session: box.span.extracting(..<byteCount)) else { return .unusable }
            self.record = record
            return self.judge(record, at: now)
        }
    }

    /// The session that `read` has just found.
    public func latest() -> Session? {
        let record = self.record
        return SessionRecord.session(record.span)
    }

    /// Whether a copy for the browser is due that says it was seen.
    public func latestIsToBeNoted(at now: Int64) -> Bool {
        let record = self.record
        guard let head = SessionRecord.head(record.span) else { return false }
        return self.life.isToBeNoted(head.times, at: now)
    }

    public func adopt(_ cutOffs: CutOffs) {
        self.cutOffs = cutOffs
        self.memory.forget { cutOffs.cut($0.subjects, startedAt: $0.startedAt) }
    }

    /// Whether a session that was found before is one no longer.
    public func isCut(_ session: RememberedSession) -> Bool {
        self.cutOffs.cut(session.subjects, startedAt: session.startedAt)
    }

    // MARK: - Private details

    private func judge(_ record: [UInt8], at now: Int64) -> SessionFinding {
        guard let head = SessionRecord.head(record.span), !self.life.isOver(head.times, at: now) else { return .unusable }
        let refresh = self.life.refresh(head.times, at: now)
        if let known = self.memory.find(head.name, version: head.version) { return .live(known, refresh) }
        // A cut-off takes what it names out of the memory, so that what is found there need not be looked up.
        guard let session = SessionRecord.session(record.span), let opened = self.remembered(session),
            !self.isCut(opened)
        else { return .unusable }
        self.memory.remember(opened)
        return .live(opened, refresh)
    }

    /// Nil if the policy does not have its provider any more.
    public func remembered(_ session: Session) -> RememberedSession? {
        guard let place = self.places[session.provider] else { return nil }
        var scopes = ScopeSet()
        for word in session.identity.scopes {
            if let index = self.scopes.index(of: word) { scopes.insert(index) }
        }
        let principal = Principal(
            proof: .session,
            issuer: (place, session.provider),
            claims: session.identity.claims,
            scopes: scopes,
            scopeWords: session.identity.scopes
        )
        return RememberedSession(session, principal: principal, endsAt: self.life.endsAt(session.times))
    }
}
