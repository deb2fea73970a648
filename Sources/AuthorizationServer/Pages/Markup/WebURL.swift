internal import Bytes

/// An absolute http or https address that a page may link to.
struct WebURL: Sendable, Hashable {
    let text: String
    let origin: WebOrigin

    /// Nil for every other scheme, `javascript:` first of all, for a user name before the host, and for anything that is
    /// not visible ASCII.
    init?(_ text: String) {
        guard text.utf8.count <= Self.maximumBytes, let origin = WebOrigin(of: text), origin.isWeb else { return nil }
        self.text = text
        self.origin = origin
    }

    /// What every browser and proxy still takes.
    static let maximumBytes = 2048
}

/// Where an address leads: scheme, host and port, or for an application on the person's device (RFC 8252 7.1) its scheme.
struct WebOrigin: Sendable, Hashable {
    /// `https`, `http`, or a private-use scheme with a dot; lower case.
    let scheme: String
    /// The host with the port as it was written; empty for a private-use scheme.
    let authority: String

    var isWeb: Bool { self.scheme == "https" || self.scheme == "http" }

    /// Whether an application on the person's own device is there (RFC 8252 7.1 and 7.3).
    var isOnThisDevice: Bool {
        let loopback = ["127.0.0.1", "[::1]", "localhost"]
        return !self.isWeb || loopback.contains { self.authority == $0 || self.authority.hasPrefix("\($0):") }
    }

    /// The origin of an absolute address; nil if it has none that may be shown or sent to.
    init?(of url: String) {
        guard url.utf8.allSatisfy(\.isUsualInAddress), let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return nil
        }
        let scheme = url[..<colon].lowercased()
        guard scheme == "https" || scheme == "http" else {
            guard Self.isPrivateUse(scheme) else { return nil }
            self.init(scheme: scheme, authority: "")
            return
        }
        let rest = url[url.utf8.index(after: colon)...]
        guard rest.hasPrefix("//") else { return nil }
        let authority = rest.dropFirst(2).prefix { !["/", "?", "#"].contains($0) }
        guard Self.isAuthority(authority.utf8) else { return nil }
        self.init(scheme: scheme, authority: authority.lowercased())
    }

    private init(scheme: String, authority: String) {
        self.scheme = scheme
        self.authority = authority
    }

    /// What is shown to people, and what decides whom they trust.
    var shown: ForeignText {
        ForeignText(self.isWeb ? self.authority : "\(self.scheme):", limit: ForeignText.sentenceLimit)
    }

    /// RFC 8252 7.1: a private-use scheme is a domain name turned around, and so has a dot.
    private static func isPrivateUse(_ scheme: String) -> Bool {
        guard let first = scheme.utf8.first, first.isLetter, scheme.utf8.contains(UInt8(ascii: ".")) else {
            return false
        }
        return scheme.utf8.allSatisfy { $0.isLetterOrDigit || [0x2B, 0x2D, 0x2E].contains($0) }
    }

    /// A host and a port, or an IPv6 literal and a port; no user name, no `;` or `,`, which would end a source in a policy.
    private static func isAuthority(_ text: Substring.UTF8View) -> Bool {
        let isLiteral = text.first == UInt8(ascii: "[")
        return !text.isEmpty
            && text.allSatisfy { byte in
                byte.isLetterOrDigit || [0x2D, 0x2E, 0x3A, 0x5F].contains(byte)
                    || isLiteral && [0x5B, 0x5D].contains(byte)
            }
    }
}
