internal import Bytes
internal import JOSE

/// The header of the token that was read last, by its text. An issuer's tokens all begin alike, so that most headers need
/// not be decoded and parsed again. The same text always means the same, whoever sent it.
struct HeaderMemory {
    private var text: [UInt8] = []
    private var header: JOSEHeader?

    /// The header that `text`, in base64url, stands for; nil when the last one was another.
    func header(for text: Span<UInt8>) -> JOSEHeader? {
        self.text.span.equals(text) ? self.header : nil
    }

    mutating func remember(_ header: JOSEHeader, for text: Span<UInt8>) {
        self.text = text.array
        self.header = header
    }
}
