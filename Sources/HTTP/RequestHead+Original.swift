public import Bytes

extension RequestHead {
    /// Lets the head speak of another request, whose parts lie in the same bytes: the one that a proxy asks about. Fields,
    /// framing and version stay its own.
    ///
    /// - Parameters:
    ///   - method: A token (RFC 9110 5.6.2).
    ///   - target: In origin form, without white space.
    ///   - host: A valid authority.
    /// - Returns: False if the query has a byte that none may have: then the head is good for a refusal alone.
    public mutating func speak(
        ofMethod method: ByteRange,
        target: ByteRange,
        host: ByteRange,
        in bytes: Span<UInt8>
    ) -> Bool {
        do {
            try self.splitPath(bytes, target.indices)
        } catch {
            return false
        }
        self.method = Method(bytes.bytes(method))
        self.methodRange = method
        self.target = target
        self.form = .origin
        self.scheme = .empty
        self.authority = .empty
        self.host = host
        // RFC 6455 4.1: every handshake has a key. It tells of one when a proxy has kept `Upgrade` to itself.
        self.upgrade = self.fields.value(of: .upgrade) ?? self.fields.value(of: .secWebSocketKey) ?? .empty
        return true
    }
}
