internal import Cryptography

/// Seals sessions, each kind of box apart from the others.
struct SessionSeal: Sendable {
    private let ring: SealingRing
    private let cookieData: [UInt8]
    private let flowData: [UInt8]
    private let signOutData: [UInt8]
    private let heldData: [UInt8]
    private let refreshedData: [UInt8]

    /// - Parameter sessionKey: Seals where the settings have no keys.
    init(_ settings: LoginSettings, sessionKey: SealingKey) {
        self.ring = SealingRing(settings.session.keys) ?? SealingRing(sessionKey)
        self.cookieData = Array("gatehouse session \(settings.cookie.name)".utf8)
        self.flowData = Array("gatehouse sign-in \(settings.cookie.name)".utf8)
        self.signOutData = Array("gatehouse sign-out \(settings.cookie.name)".utf8)
        self.heldData = Array("gatehouse held session ".utf8)
        self.refreshedData = Array("gatehouse refreshed session ".utf8)
    }

    func seal(session record: [UInt8]) -> [UInt8] {
        self.ring.seal(record.span, associatedData: self.cookieData.span)
    }

    /// For one worker, which opens many.
    func sessionOpener() -> BoxOpener { self.ring.opener(associatedData: self.cookieData) }

    /// For the shared state, where it opens under its own handle alone.
    func seal(held record: [UInt8], of handle: SessionHandle) -> [UInt8] {
        self.ring.seal(record.span, associatedData: (self.heldData + handle.bytes).span)
    }

    /// Nil if it is not ours, or another's, or was changed.
    func open(held box: Span<UInt8>, of handle: SessionHandle) -> [UInt8]? {
        self.ring.open(box, associatedData: (self.heldData + handle.bytes).span)
    }

    func seal(refreshed record: [UInt8], of name: SessionName) -> [UInt8] {
        self.ring.seal(record.span, associatedData: (self.refreshedData + name.bytes).span)
    }

    func open(refreshed box: Span<UInt8>, of name: SessionName) -> [UInt8]? {
        self.ring.open(box, associatedData: (self.refreshedData + name.bytes).span)
    }

    func seal(flow text: [UInt8]) -> [UInt8] {
        self.ring.seal(text.span, associatedData: self.flowData.span)
    }

    func open(flow box: Span<UInt8>) -> [UInt8]? {
        self.ring.open(box, associatedData: self.flowData.span)
    }

    func seal(signOut text: [UInt8]) -> [UInt8] {
        self.ring.seal(text.span, associatedData: self.signOutData.span)
    }

    func open(signOut box: Span<UInt8>) -> [UInt8]? {
        self.ring.open(box, associatedData: self.signOutData.span)
    }
}
