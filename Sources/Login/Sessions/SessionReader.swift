public import AuthorizationServer
public import Bytes
internal import Cryptography
public import OAuth
internal import Reactor

/// What a request's cookies say of a session.
public enum SessionFinding {
    /// There is none.
    case none
    /// There is something that is no session any more, or never was: the browser should forget it.
    case unusable
    case live(RememberedSession, SessionLife.Refresh)
    /// One that the shared state has to be asked for.
    case held(SessionHandle)
}

/// Reads the sessions that requests bring, for one worker. The second thing, besides a verified token, that proves who
/// somebody is.
public final class SessionReader {
    public let kit: SessionKit
    /// Places of the providers, behind those of the issuers.
    private let places: [String: (place: Int, settings: ProviderSettings)]
    private let scopes: ScopeTable
    var memory = SessionMemory()
    private let cutOffs: CutOffs
    private var box: [UInt8] = []
    var text = ByteBuffer()
    private let opener: BoxOpener
    /// The record that was opened last.
    private var record = ByteBuffer()

    /// - Parameters:
    ///   - firstPlace: Of the providers: the number of issuers.
    ///   - scopes: Every scope that the policy names.
    ///   - cutOffs: Sessions that ended before their time, of the same thread.
    public init(_ kit: SessionKit, firstPlace: Int, scopes: ScopeTable, cutOffs: CutOffs) {
        self.kit = kit
        self.cutOffs = cutOffs
        self.opener = kit.seal.sessionOpener()
        self.scopes = scopes
        self.places = Dictionary(
            uniqueKeysWithValues: kit.settings.providers.enumerated().map { ($1.name, (firstPlace + $0, $1)) }
        )
    }

    /// Judges what the cookies of a request hold.
    ///
    /// - Parameters:
    ///   - now: Milliseconds since 1970.
    ///   - asksAgain: Whether the shared state is asked for what it was asked for just now, too.
    ///   - append: Appends the value of the cookie of that name, and says how many there were.
    public func read(
        at now: Int64,
        asksAgain: Bool = false,
        _ append: (_ name: [UInt8], _ text: inout ByteBuffer) -> Int
    ) -> SessionFinding {
        if self.kit.isHeld { return self.readHandle(at: now, asksAgain: asksAgain, append) }
        switch self.kit.parts.join(into: &self.box, text: &self.text, append) {
        case .none: return .none
        case .broken: return .unusable
        case .box(let byteCount):
            let box = self.box
            self.record.removeAll()
            guard self.opener.open(box.span.extracting(..<byteCount), appendingTo: &self.record) else {
                return .unusable
            }
            return self.record.withSpan { self.judge($0, at: now) }
        }
    }

    /// The session that `read` has just found.
    public func latest() -> Session? {
        self.record.withSpan { SessionRecord.session($0) }
    }

    /// The lines of `Set-Cookie` with which the browser keeps what `read` has just found as seen now; empty while the copy
    /// that it has is good enough.
    public func noteLatest(at now: Int64, replacing former: @autoclosure () -> Int) -> [String] {
        guard let head = self.record.withSpan({ SessionRecord.head($0) }),
            self.kit.life.isToBeNoted(head.times, at: now), var session = self.latest()
        else { return [] }
        session.times.seenAt = now
        return self.kit.lines(giving: session, at: now, replacing: former()) ?? []
    }

    /// Takes a session that was just refreshed for the one that the browser has.
    public func take(_ session: Session, _ handle: SessionHandle? = nil) -> RememberedSession? {
        guard let opened = self.remembered(session), !self.isCut(opened) else { return nil }
        opened.held = handle.map { RememberedSession.Held(secret: $0.secret, version: nil, freshUntil: Self.freshEnd) }
        self.memory.remember(opened)
        return opened
    }

    /// There are more cut-offs, of which these are new: what they name is forgotten.
    public func forgetCut(by added: [CutOff]) {
        // To compare a few is much cheaper than to look each session up.
        guard added.count <= Self.fewCutOffs else { return self.memory.forget(where: self.isCut) }
        self.memory.forget { session in
            session.subjects.contains { subject in added.contains { $0.subject == subject } } && self.isCut(session)
        }
    }

    private static let fewCutOffs = 16

    /// Grants were revoked at other gateways: what stands on them is forgotten, and found out when it comes again.
    public func forget(revoked grants: Set<GrantName>) {
        self.memory.forget { session in session.mark?.name.map(grants.contains) ?? false }
    }

    /// Whether a session that was found before is one no longer.
    public func isCut(_ session: RememberedSession) -> Bool {
        self.cutOffs.cut(session.subjects, startedAt: session.times.startedAt) || self.cutOffs.hasRevoked(session.mark)
    }

    /// What the provider is to be asked about, of a session that `read` or `take` has just found.
    public func copy(of session: RememberedSession) -> SessionCopy? {
        guard let handle = session.handle else { return self.latest().map { .whole($0) } }
        return .held(handle, version: session.version, times: session.times)
    }

    // MARK: - Private details

    private func judge(_ record: Span<UInt8>, at now: Int64) -> SessionFinding {
        guard let head = SessionRecord.head(record), !self.kit.life.isOver(head.times, at: now) else {
            return .unusable
        }
        let refresh = self.kit.life.refresh(head.times, at: now)
        if let known = self.memory.find(head.name, version: head.version) { return .live(known, refresh) }
        // A cut-off takes what it names out of the memory, so that what is found there need not be looked up.
        guard let session = SessionRecord.session(record), let opened = self.remembered(session),
            !self.isCut(opened)
        else { return .unusable }
        self.memory.remember(opened)
        return .live(opened, refresh)
    }

    /// Nil if the policy does not have its provider any more, or another one of that name.
    func remembered(_ session: Session) -> RememberedSession? {
        guard let (place, settings) = self.places[session.provider], settings.made(session) else { return nil }
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
            mark: settings.kind == .embedded ? TokenMark(accessToken: session.identity.accessToken.secret) : nil
        )
    }
}
