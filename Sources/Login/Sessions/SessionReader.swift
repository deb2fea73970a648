internal import AuthorizationServer
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
    public let kit: SessionKit
    /// Places of the providers, behind those of the issuers, and how each is spoken to.
    private let places: [String: (place: Int, kind: ProviderSettings.Kind)]
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
        self.kit = kit
        self.scopes = scopes
        self.places = Dictionary(
            uniqueKeysWithValues: kit.settings.providers.enumerated().map { ($1.name, (firstPlace + $0, $1.kind)) }
        )
    }

    /// Judges what the cookies of a request hold.
    ///
    /// - Parameters:
    ///   - now: Milliseconds since 1970.
    ///   - append: Appends the value of the cookie of that name, and says how many there were.
    public func read(
        at now: Int64,
        _ append: (_ name: [UInt8], _ text: inout ByteBuffer) -> Int
    ) -> SessionFinding {
        switch self.kit.parts.join(into: &self.box, text: &self.text, append) {
        case .none: return .none
        case .broken: return .unusable
        case .box(let byteCount):
            let box = self.box
            guard let record = self.kit.seal.open(session: box.span.extracting(..<byteCount)) else { return .unusable }
            self.record = record
            return self.judge(record, at: now)
        }
    }

    /// The session that `read` has just found.
    public func latest() -> Session? {
        let record = self.record
        return SessionRecord.session(record.span)
    }

    /// The lines of `Set-Cookie` with which the browser keeps what `read` has just found as seen now; empty while the copy
    /// that it has is good enough.
    public func noteLatest(at now: Int64, replacing former: @autoclosure () -> Int) -> [String] {
        let record = self.record
        guard let head = SessionRecord.head(record.span), self.kit.life.isToBeNoted(head.times, at: now),
            var session = self.latest()
        else { return [] }
        session.times.seenAt = now
        return self.kit.lines(giving: session, at: now, replacing: former()) ?? []
    }

    /// Takes a session that was just refreshed for the one that the browser has.
    public func take(_ session: Session) -> RememberedSession? {
        guard let opened = self.remembered(session), !self.isCut(opened) else { return nil }
        self.memory.remember(opened)
        return opened
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
        guard let head = SessionRecord.head(record.span), !self.kit.life.isOver(head.times, at: now) else {
            return .unusable
        }
        let refresh = self.kit.life.refresh(head.times, at: now)
        if let known = self.memory.find(head.name, version: head.version) { return .live(known, refresh) }
        // A cut-off takes what it names out of the memory, so that what is found there need not be looked up.
        guard let session = SessionRecord.session(record.span), let opened = self.remembered(session),
            !self.isCut(opened)
        else { return .unusable }
        self.memory.remember(opened)
        return .live(opened, refresh)
    }

    /// Nil if the policy does not have its provider any more.
    private func remembered(_ session: Session) -> RememberedSession? {
        guard let (place, kind) = self.places[session.provider] else { return nil }
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
        return RememberedSession(
            session,
            principal: principal,
            endsAt: self.kit.life.endsAt(session.times),
            mark: kind == .embedded ? TokenMark(accessToken: session.identity.accessToken.secret) : nil
        )
    }
}
