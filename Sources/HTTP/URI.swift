internal import Bytes

/// An absolute URI taken apart (RFC 3986, section 3). Nothing is decoded, so that what is compared is what was written.
public struct URI: Sendable, Equatable {
    /// In lower case.
    public let scheme: String
    /// What stands behind `//`; nil without it.
    public let authority: String?
    /// May be empty.
    public let path: String
    /// Without the `?`; nil without one.
    public let query: String?
    /// Without the `#`; nil without one.
    public let fragment: String?

    /// Nil without a scheme, and for anything but visible ASCII. Of a backslash browsers make a `/`, so it is none.
    public init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        guard isPlain, let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), Self.isScheme(text.utf8[..<colon])
        else { return nil }
        self.scheme = text[..<colon].lowercased()
        var rest = text[colon...].dropFirst()
        self.fragment = Self.cut(&rest, at: UInt8(ascii: "#"))
        self.query = Self.cut(&rest, at: UInt8(ascii: "?"))
        guard rest.utf8.starts(with: "//".utf8) else {
            self.authority = nil
            self.path = String(rest)
            return
        }
        rest = rest.dropFirst(2)
        let end = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        self.authority = String(rest[..<end])
        self.path = String(rest[end...])
    }

    /// Where `http` and `https` lead to; nil if no host that can be asked is named.
    public var server: Authority? { self.authority.flatMap { Authority($0) } }

    /// Whether an application on the person's own device has the scheme for itself (RFC 8252, section 7.1): a domain name
    /// turned around, and so with a dot.
    public var isPrivateUse: Bool { self.scheme.utf8.contains(UInt8(ascii: ".")) }

    // MARK: - Private details

    /// RFC 3986, section 3.1.
    private static func isScheme(_ text: Substring.UTF8View) -> Bool {
        text.first?.isLetter ?? false && text.allSatisfy { $0.isLetterOrDigit || "+-.".utf8.contains($0) }
    }

    /// Takes what begins at the first `mark` away from `text`; it is the result, without the mark.
    private static func cut(_ text: inout Substring, at mark: UInt8) -> String? {
        guard let place = text.utf8.firstIndex(of: mark) else { return nil }
        defer { text = text[..<place] }
        return String(text[place...].dropFirst())
    }
}
