internal import Bytes
internal import Reactor
public import SharedState

/// Sessions in the shared state, of which browsers have a handle.
extension SessionReader {
    /// For so many milliseconds what the shared state has said of a session is not asked again.
    static let freshness: UInt64 = 1000

    static var freshEnd: UInt64 { MonotonicClock.milliseconds + self.freshness }

    func readHandle(
        at now: Int64,
        asksAgain: Bool,
        _ append: (_ name: [UInt8], _ text: inout ByteBuffer) -> Int
    ) -> SessionFinding {
        self.text.removeAll()
        let count = append(self.kit.parts.names[0], &self.text)
        guard count > 0 else { return .none }
        guard count == 1, let handle = SessionHandle(self.text.span) else { return .unusable }
        guard !asksAgain, let known = self.memory.find(handle.name), let held = known.held,
            held.secret == handle.secret, MonotonicClock.milliseconds < held.freshUntil
        else { return .held(handle) }
        return self.judge(held: known, at: now)
    }

    /// Judges what the shared state has said of a session.
    public func take(_ value: StateValue?, of handle: SessionHandle, at now: Int64) -> SessionFinding {
        guard let value else { return .unusable }
        if let known = self.memory.find(handle.name), let held = known.held, held.secret == handle.secret,
            held.version == value.version
        {
            known.held?.freshUntil = Self.freshEnd
            return self.judge(held: known, at: now)
        }
        guard let opened = self.opened(value, of: handle)?.remembered else { return .unusable }
        opened.held = RememberedSession.Held(
            secret: handle.secret,
            version: value.version,
            freshUntil: Self.freshEnd
        )
        self.memory.remember(opened)
        return self.judge(held: opened, at: now)
    }

    /// All of a live session that the shared state has, and what is remembered of such; nil for anything else.
    func whole(
        _ value: StateValue,
        of handle: SessionHandle,
        at now: Int64
    ) -> (session: Session, remembered: RememberedSession)? {
        self.opened(value, of: handle).flatMap { self.kit.life.isOver($0.session.times, at: now) ? nil : $0 }
    }

    private func opened(
        _ value: StateValue,
        of handle: SessionHandle
    ) -> (session: Session, remembered: RememberedSession)? {
        guard let session = self.session(value, of: handle), let remembered = self.remembered(session),
            !self.isCut(remembered)
        else { return nil }
        return (session, remembered)
    }

    /// Nil for what was not sealed under this handle.
    func session(_ value: StateValue, of handle: SessionHandle) -> Session? {
        let bytes = value.bytes
        guard let record = self.kit.seal.open(held: bytes.span, of: handle),
            let session = SessionRecord.session(record.span), session.name == handle.name
        else { return nil }
        return session
    }

    private func judge(held session: RememberedSession, at now: Int64) -> SessionFinding {
        guard !self.kit.life.isOver(session.times, at: now) else { return .unusable }
        return .live(session, self.kit.life.refresh(session.times, at: now))
    }

    /// What the shared state is to keep in the place of `value`, so that the session was seen now, and for how long; nil
    /// while what it keeps is good enough.
    public func noted(
        _ value: StateValue,
        of handle: SessionHandle,
        at now: Int64
    ) -> (bytes: [UInt8], lifetime: Duration)? {
        guard let known = self.memory.find(handle.name), self.kit.life.isToBeNoted(known.times, at: now) else {
            return nil
        }
        guard var session = self.session(value, of: handle) else { return nil }
        session.times.seenAt = now
        return (
            self.kit.seal.seal(held: SessionRecord.write(session), of: handle),
            self.kit.life.rest(session.times, at: now)
        )
    }
}
