internal import Bytes
internal import JOSE
internal import Telemetry

/// A session as bytes, which are sealed before they go anywhere.
///
/// One byte 1, the version of the form; at fixed places the name (16 bytes), four times and the count of refreshes, which
/// each request needs; then fields, each with its length before it. Numbers have the highest byte first. Earlier versions
/// of the gateway knew no maker: where the last field is missing it is unknown, and who does not know the field reads on
/// without it.
enum SessionRecord {
    /// What stands at a fixed place.
    struct Head: Equatable {
        let name: SessionName
        let version: UInt32
        let times: Session.Times
    }

    private static let form: UInt8 = 1
    private static let headByteCount = 1 + SessionName.byteCount + 4 * 8 + 4

    static func write(_ session: Session) -> [UInt8] {
        var bytes = ByteBuffer(capacity: 2048)
        bytes.append(self.form)
        bytes.append(number: session.name.high, byteCount: 8)
        bytes.append(number: session.name.low, byteCount: 8)
        let times = session.times
        for time in [times.startedAt, times.seenAt, times.refreshedAt, times.refreshDueAt ?? .max] {
            bytes.append(time: time)
        }
        bytes.append(number: UInt64(session.version), byteCount: 4)
        let identity = session.identity
        bytes.append(field: Array(session.provider.utf8))
        bytes.append(field: identity.claims.encoded())
        bytes.append(field: Array(identity.scopes.joined(separator: " ").utf8))
        bytes.append(time: identity.accessExpiresAt ?? .max)
        for token in [identity.accessToken, identity.refreshToken, identity.idToken] {
            bytes.append(field: Array((token?.secret ?? "").utf8))
        }
        if let maker = session.maker { bytes.append(field: maker.bytes) }
        return bytes.span.array
    }

    /// Nil for another form, and for times that no clock shows.
    static func head(_ bytes: Span<UInt8>) -> Head? {
        guard bytes.count > self.headByteCount, bytes[0] == self.form else { return nil }
        var reader = RecordReader(position: 1 + SessionName.byteCount)
        let name = SessionName(bytes.extracting(1..<1 + SessionName.byteCount))
        guard let startedAt = reader.time(bytes), let seenAt = reader.time(bytes), let refreshedAt = reader.time(bytes),
            let dueAt = reader.timeOrNever(bytes), let version = reader.number(bytes, byteCount: 4)
        else { return nil }
        var times = Session.Times(startedAt: startedAt, seenAt: seenAt, refreshedAt: refreshedAt)
        times.refreshDueAt = dueAt == .max ? nil : dueAt
        return Head(name: name, version: UInt32(truncatingIfNeeded: version), times: times)
    }

    /// Nil for another form.
    static func session(_ bytes: Span<UInt8>) -> Session? {
        guard let head = self.head(bytes) else { return nil }
        var reader = RecordReader(position: self.headByteCount)
        guard let provider = reader.text(bytes), let claims = reader.range(bytes),
            let claims = try? JSONValue(parsing: bytes.extracting(claims)), let scopes = reader.text(bytes),
            let expiresAt = reader.timeOrNever(bytes), let accessToken = reader.text(bytes),
            let refreshToken = reader.text(bytes), let idToken = reader.text(bytes)
        else { return nil }
        var maker: SessionMaker?
        if reader.position < bytes.count {
            maker = reader.range(bytes).flatMap { SessionMaker(bytes.extracting($0).array) }
            guard maker != nil else { return nil }
        }
        var identity = Identity(claims: claims, accessToken: Redacted(accessToken))
        identity.scopes = scopes.split(separator: " ").map(String.init)
        identity.accessExpiresAt = expiresAt == .max ? nil : expiresAt
        identity.refreshToken = refreshToken.isEmpty ? nil : Redacted(refreshToken)
        identity.idToken = idToken.isEmpty ? nil : Redacted(idToken)
        return Session(
            name: head.name,
            version: head.version,
            times: head.times,
            provider: provider,
            maker: maker,
            identity: identity
        )
    }
}
