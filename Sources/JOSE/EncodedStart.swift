internal import Bytes

/// The beginning of the claims of many tokens, in base64url beforehand.
public struct EncodedStart: Sendable {
    let letters: [UInt8]

    /// Nothing.
    init() { self.letters = [] }

    /// The beginning of an object's text, up to and with a comma. Blanks follow it to whole groups of four letters.
    public init(_ text: [UInt8]) {
        precondition(text.last == UInt8(ascii: ","), "blanks stand between members only")
        let padded = text + repeatElement(UInt8(ascii: " "), count: (3 - text.count % 3) % 3)
        var letters: [UInt8] = []
        Base64URL.encode(padded.span, appendingTo: &letters)
        self.letters = letters
    }
}
