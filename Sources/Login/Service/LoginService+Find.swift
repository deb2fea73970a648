internal import Bytes
internal import Endpoints
internal import SharedState

/// What a browser brought in a session's place.
struct BroughtSession {
    /// The session, if it is a live one.
    var session: Session?
    /// Of one in the shared state, live or not.
    var handle: SessionHandle?
    /// Whether it is something that is no session any more, or never was.
    var isUnusable = false
    /// The shared state cannot say what it is.
    var isUnknown = false
}

extension LoginService {
    /// What `request` brought in a session's place. `completion` is called once, now or later.
    func find(_ request: EndpointRequest, _ completion: @escaping (BroughtSession) -> Void) {
        // The endpoints need all of a session, of which a remembered one that is held has a part alone.
        let finding = self.reader.read(at: self.now(), asksAgain: true) { name, text in
            request.append(cookie: name, to: &text)
        }
        switch finding {
        case .none: completion(BroughtSession())
        case .unusable: completion(BroughtSession(isUnusable: true))
        case .live where !self.isFresh, .held where !self.isFresh: completion(BroughtSession(isUnknown: true))
        case .live(let session, _) where !self.cutOffs.canJudge(session): completion(BroughtSession(isUnknown: true))
        case .live(let session, _):
            let isLive = !self.hasRevoked(session)
            completion(BroughtSession(session: isLive ? self.reader.latest() : nil, isUnusable: !isLive))
        case .held(let handle): self.read(handle, completion)
        }
    }

    private func read(_ handle: SessionHandle, _ completion: @escaping (BroughtSession) -> Void) {
        self.state.read(handle.key) { [weak self] result in
            guard let self, case .success(let value) = result else {
                return completion(BroughtSession(handle: handle, isUnknown: true))
            }
            guard let value, let found = self.reader.whole(value, of: handle, at: self.now()),
                !self.hasRevoked(found.remembered)
            else { return completion(BroughtSession(handle: handle, isUnusable: true)) }
            guard self.cutOffs.canJudge(found.remembered) else {
                return completion(BroughtSession(handle: handle, isUnknown: true))
            }
            completion(BroughtSession(session: found.session, handle: handle))
        }
    }
}
