internal import Bytes
internal import Cryptography
public import SharedState

/// What a browser has of a session that is kept in the shared state: the session's name, and 128 random bits that find it.
public struct SessionHandle: Hashable, Sendable {
    static let byteCount = 2 * SessionName.byteCount
    private static let digitCount = 43

    let name: SessionName
    /// Nobody else has it: the state knows the digest of the whole handle alone.
    let secret: SessionName

    init(name: SessionName, secret: SessionName) {
        self.name = name
        self.secret = secret
    }

    /// A fresh one.
    init(of session: Session) {
        self.name = session.name
        self.secret = SessionName()
    }

    /// From the value of a cookie. Nil for what is none.
    init?(_ text: Span<UInt8>) {
        guard text.count == Self.digitCount, let bytes = Base64URL.decode(text), bytes.count == Self.byteCount else {
            return nil
        }
        self.name = SessionName(bytes.span.extracting(..<SessionName.byteCount))
        self.secret = SessionName(bytes.span.extracting(SessionName.byteCount...))
    }

    /// Base64url without padding.
    var text: String { Base64URL.encode(self.bytes) }

    /// Where the session is kept.
    public var key: ValueKey { ValueKey(.session, self.text) }

    var bytes: [UInt8] { self.name.bytes + self.secret.bytes }
}

extension SessionHandle: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
