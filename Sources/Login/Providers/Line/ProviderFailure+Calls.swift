internal import Bytes
internal import Trust
internal import Upstreams

extension ProviderFailure {
    /// A call to `place` came to nothing. What may be better in a while is `.unavailable`.
    init(_ failure: ControlFailure, at place: String) {
        let text = "\(place): \(failure)"
        switch failure {
        case .nameUnknown, .nameTimeout, .connection, .tls, .timeout: self = .unavailable(text)
        case .status(let status) where status >= 500 || status == 429: self = .unavailable(text)
        case .status, .answer, .tooLarge, .linkLocal: self = .invalid(text)
        }
    }

    /// The metadata could not be had.
    init(_ failure: KeyFetchFailure) {
        switch failure {
        case .call(let place, let failure): self.init(failure, at: place)
        case .document, .issuerMismatch, .keyLocation: self = .invalid("\(failure)")
        }
    }

    /// `error` of an answer (RFC 6749, section 5.2), by somebody else: cut, and without what a terminal would obey.
    init(error: String) {
        let printable = error.utf8.filter { 0x20..<0x7F ~= $0 }.prefix(Self.maximumErrorByteCount)
        let text = String(decoding: printable, as: UTF8.self)
        self = Self.passing.contains(text) ? .unavailable(text) : .refused(text)
    }

    /// What is quoted of an `error`, in bytes.
    static let maximumErrorByteCount = 256

    /// Errors of RFC 6749, section 4.1.2.1, that some say at the token endpoint, too: they do not mean no.
    private static let passing = ["temporarily_unavailable", "server_error"]
}
