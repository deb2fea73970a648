internal import Bytes
public import Cryptography

/// What a browser carries for us from one page to the next. It can neither read nor change it, nor give it to another
/// browser, nor present one kind as another.
public struct BrowserBox {
    /// What is inside. Each kind is sealed apart from the others: no two may have one name.
    public struct Kind: Sendable {
        let name: StaticString

        public init(_ name: StaticString) { self.name = name }
    }

    let kind: Kind
    let browser: RandomSecret
    let ring: SealingRing

    /// `browser` is the secret of the browser's own cookie.
    public init(kind: Kind, browser: RandomSecret, ring: SealingRing) {
        self.kind = kind
        self.browser = browser
        self.ring = ring
    }

    /// Seals lines of text without line breaks, for a query or a hidden field. They last until `expires`, in milliseconds
    /// since 1970.
    public func seal(_ lines: [String], until expires: Int64) -> String {
        let text = ([String(expires)] + lines).joined(separator: "\n")
        return Base64URL.encode(self.ring.seal(text.utf8Span.span, associatedData: self.associatedData.span))
    }

    /// The lines; nil if they were sealed for another browser or another kind, are over, or are not ours. `now` is in
    /// milliseconds since 1970.
    public func open(_ box: String, at now: Int64) -> [String]? {
        guard let bytes = Base64URL.decode(box),
            let text = self.ring.open(bytes.span, associatedData: self.associatedData.span)
        else { return nil }
        let lines = String(decoding: text, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let expires = Int64(lines[0]), now < expires else { return nil }
        return Array(lines.dropFirst())
    }

    private var associatedData: [UInt8] {
        Array("gatehouse browser \(self.kind.name) ".utf8) + self.browser.digest.bytes
    }
}
