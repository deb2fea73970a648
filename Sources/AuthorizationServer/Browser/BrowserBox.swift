internal import Bytes
internal import Cryptography
internal import Stores

/// What a browser carries for us from one page to the next. It can neither read nor change it, nor give it to another
/// browser, nor present one kind as another.
struct BrowserBox {
    /// What is inside. Each kind is sealed apart from the others.
    enum Kind: String {
        case flow
        case signOut = "sign_out"
        case notice
        case device
    }

    let kind: Kind
    /// The secret of the browser's own cookie.
    let browser: RandomSecret
    let ring: SealingRing

    /// Seals lines of text without line breaks, for a query or a hidden field.
    func seal(_ lines: [String], until expires: Timestamp) -> String {
        let text = ([String(expires.milliseconds)] + lines).joined(separator: "\n")
        return Base64URL.encode(self.ring.seal(text.utf8Span.span, associatedData: self.associatedData.span))
    }

    /// The lines; nil if they were sealed for another browser or another kind, are over, or are not ours.
    func open(_ box: String, at now: Timestamp) -> [String]? {
        guard let bytes = Base64URL.decode(box),
            let text = self.ring.open(bytes.span, associatedData: self.associatedData.span)
        else { return nil }
        let lines = String(decoding: text, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let expires = Int64(lines[0]), now < Timestamp(milliseconds: expires) else { return nil }
        return Array(lines.dropFirst())
    }

    private var associatedData: [UInt8] {
        Array("gatehouse browser \(self.kind.rawValue) ".utf8) + self.browser.digest.bytes
    }
}
