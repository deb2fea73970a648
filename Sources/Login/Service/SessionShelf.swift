internal import SharedState

/// Where the latest forms of sessions are kept for all gateways: those that the shared state holds, and, of those that
/// browsers keep, what they became when they were refreshed.
struct SessionShelf {
    /// How long a refreshed session is kept for the requests of its browser that still bring the former one: those under
    /// way, and those after an answer that got lost.
    static let refreshedLifetime = Duration.seconds(600)

    let kit: SessionKit
    let state: any StateStore

    /// A session as it is kept, and which of the values under its key that is.
    struct Kept {
        let session: Session
        let version: StateVersion
    }

    // MARK: - Sessions that the shared state holds

    func read(_ handle: SessionHandle, _ completion: @escaping StateCompletion<Kept?>) {
        self.read(handle.key, { [kit] in kit.seal.open(held: $0, of: handle) }, completion)
    }

    func write(
        _ session: Session,
        _ handle: SessionHandle,
        at now: Int64,
        _ completion: @escaping StateCompletion<Void>
    ) {
        let box = self.kit.seal.seal(held: SessionRecord.write(session), of: handle)
        self.state.write(box, to: handle.key, for: self.kit.life.rest(session.times, at: now)) {
            completion($0.map { _ in })
        }
    }

    func remove(_ handle: SessionHandle, _ completion: @escaping StateCompletion<Void>) {
        self.state.remove(handle.key, completion)
    }

    // MARK: - The latest form

    /// What all gateways know of the session, if that is more than what the browser has: nil for a session that is held and
    /// is there no more, and for one of which nothing is kept.
    func latest(_ copy: SessionCopy, _ completion: @escaping StateCompletion<Kept?>) {
        if let handle = copy.handle { return self.read(handle, completion) }
        self.read(Self.refreshedKey(copy.name), { [kit] in kit.seal.open(refreshed: $0, of: copy.name) }, completion)
    }

    /// Keeps `session`, the refreshed form of `copy`. False: what was there is there no more, and what is there now is as it was.
    ///
    /// - Parameter former: What was there, of a session that is held.
    func keep(
        _ session: Session,
        of copy: SessionCopy,
        replacing former: StateVersion?,
        at now: Int64,
        _ completion: @escaping StateCompletion<Bool>
    ) {
        let record = SessionRecord.write(session)
        guard let handle = copy.handle else {
            let box = self.kit.seal.seal(refreshed: record, of: copy.name)
            return self.state.write(box, to: Self.refreshedKey(copy.name), for: Self.refreshedLifetime) {
                completion($0.map { _ in true })
            }
        }
        guard let former else { return completion(.success(false)) }
        let box = self.kit.seal.seal(held: record, of: handle)
        let rest = self.kit.life.rest(session.times, at: now)
        self.state.replace(former, of: handle.key, with: box, for: rest) { completion($0.map { $0 != nil }) }
    }

    // MARK: - Private details

    private static func refreshedKey(_ name: SessionName) -> ValueKey {
        ValueKey(.refreshed, "\(name.high) \(name.low)")
    }

    private func read(
        _ key: ValueKey,
        _ open: @escaping (Span<UInt8>) -> [UInt8]?,
        _ completion: @escaping StateCompletion<Kept?>
    ) {
        self.state.read(key) { result in
            completion(
                result.map { value in
                    guard let value else { return nil }
                    let bytes = value.bytes
                    guard let record = open(bytes.span), let session = SessionRecord.session(record.span) else {
                        return nil
                    }
                    return Kept(session: session, version: value.version)
                }
            )
        }
    }
}
