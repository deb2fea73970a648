import Bytes
public import HTTP

/// Requests that a page of another site made a browser send (RFC 6749 10.12).
///
/// Browsers add cookies whichever page asks (RFC 6265 8.2), so that a token in a cookie proves who the user is, and not that
/// the user asked. What they say of the page cannot be changed by it: `Sec-Fetch-Site` (Fetch Metadata Request Headers, 2.4),
/// and `Origin` (Fetch standard, 3.2) where a browser is older than that.
public enum CrossSiteRequestForgery {
    /// Whether a request with a token in a cookie could be one. `Sec-Fetch-Site`, where it is there, decides alone: what
    /// `cors` lists counts for browsers that are older than it. A request without both fields comes from no browser of these
    /// days.
    ///
    /// - Parameters:
    ///   - scheme: `http` or `https`: with what the client asked.
    ///   - needsProof: Whether a request without both fields could be one, too. Sessions are for browsers alone.
    public static func isPossible(
        _ head: borrowing RequestHead,
        _ bytes: Span<UInt8>,
        scheme: StaticString,
        crossOrigin: CrossOrigin?,
        needsProof: Bool = false
    ) -> Bool {
        guard self.hasEffect(head) else { return false }
        guard !head.fields.contains(.secFetchSite) else {
            let site = bytes.bytes(self.single(.secFetchSite, of: head))
            // `none`: the user typed it, or chose a bookmark.
            return !site.equals("same-origin") && !site.equals("none")
        }
        guard head.fields.contains(.origin) else { return needsProof }
        let origin = bytes.bytes(self.single(.origin, of: head))
        if let crossOrigin, crossOrigin.names(origin) { return false }
        return !self.isOwn(origin, scheme: scheme, authority: bytes.bytes(head.host))
    }

    /// RFC 9110 9.2.1: safe methods change nothing, and their answers are kept from other sites by the browser. A WebSocket
    /// starts with a GET too, but pages of every site may open one and read it.
    private static func hasEffect(_ head: borrowing RequestHead) -> Bool {
        switch head.method {
        case .get, .head, .options: head.asksUpgrade
        case .post, .put, .delete, .patch, .trace, .connect, .other: true
        }
    }

    /// Empty unless the field came once: no browser repeats these, and which of two a reader believes is open.
    private static func single(_ id: FieldID, of head: borrowing RequestHead) -> ByteRange {
        guard head.fields.count(of: id) == 1, let value = head.fields.value(of: id) else { return .empty }
        return value
    }

    /// Whether `origin` is that of the request's own target (RFC 6454 4).
    private static func isOwn(_ origin: Span<UInt8>, scheme: StaticString, authority: Span<UInt8>) -> Bool {
        let start = scheme.utf8CodeUnitCount + 3
        guard origin.count > start, origin.extracting(..<scheme.utf8CodeUnitCount).equalsIgnoringCase(scheme),
            origin.extracting(scheme.utf8CodeUnitCount..<start).equals("://")
        else { return false }
        let asked = self.withoutUsualPort(authority, scheme: scheme)
        return self.withoutUsualPort(origin.extracting(start...), scheme: scheme).equalsIgnoringCase(asked)
    }

    /// Browsers leave the scheme's own port out, others need not.
    @_lifetime(copy authority)
    private static func withoutUsualPort(_ authority: Span<UInt8>, scheme: StaticString) -> Span<UInt8> {
        let port: StaticString = scheme.utf8CodeUnitCount == 5 ? ":443" : ":80"
        let end = authority.count - port.utf8CodeUnitCount
        guard end > 0, authority.extracting(end...).equals(port) else { return authority }
        return authority.extracting(..<end)
    }
}
