internal import Cryptography

/// Seals sessions, each kind of box apart from the others.
struct SessionSeal: Sendable {
    private let ring: SealingRing
    private let cookieData: [UInt8]
    private let flowData: [UInt8]

    /// - Parameter sessionKey: Seals where the settings have no keys.
    init(_ settings: LoginSettings, sessionKey: SealingKey) {
        self.ring = SealingRing(settings.session.keys) ?? SealingRing(sessionKey)
        self.cookieData = Array("gatehouse session \(settings.cookie.name)".utf8)
        self.flowData = Array("gatehouse sign-in \(settings.cookie.name)".utf8)
    }

    func seal(session record: [UInt8]) -> [UInt8] {
        self.ring.seal(record.span, associatedData: self.cookieData.span)
    }

    /// Nil if it is not ours, or was changed.
    func open(session box: Span<UInt8>) -> [UInt8]? {
        self.ring.open(box, associatedData: self.cookieData.span)
    }

    func seal(flow text: [UInt8]) -> [UInt8] {
        self.ring.seal(text.span, associatedData: self.flowData.span)
    }

    func open(flow box: Span<UInt8>) -> [UInt8]? {
        self.ring.open(box, associatedData: self.flowData.span)
    }
}
