/// A finished page: its bytes, and the fields that belong to them.
public struct Page: Sendable {
    public let body: [UInt8]
    let language: Language
    let contentSecurityPolicy: String
    let hasForms: Bool

    /// The fields that go with every page, this one's policy among them.
    ///
    /// With forms `Referrer-Policy` is not `no-referrer`: a browser would send `Origin: null` with them, and where a form
    /// comes from could not be told. There is no `Cross-Origin-Opener-Policy`: applications that open the sign-in in a
    /// window of its own wait for that window.
    public var fields: [(name: StaticString, value: String)] {
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Language", self.language.rawValue),
            ("Content-Security-Policy", self.contentSecurityPolicy),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", self.hasForms ? "same-origin" : "no-referrer"),
            ("X-Frame-Options", "DENY"),
            ("X-Content-Type-Options", "nosniff"),
        ]
    }
}
