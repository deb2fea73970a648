import Cryptography
import JOSE
import OAuth
import Telemetry

/// What the log is told of one issuer's keys.
struct IssuerKeysLog {
    /// Skipped keys that one message names at the most; a set may have thousands.
    static let maximumNamedSkips = 8

    private let log: OperationalLog
    private let fields: [LogField]
    private var reportedSkips = ""

    init(_ log: OperationalLog, issuer: String) {
        self.log = log
        self.fields = [LogField("issuer", .text(issuer))]
    }

    /// A set that is new, or the first one after a failure.
    func fetched(_ set: JSONWebKeySet, algorithms: [SignatureAlgorithm]) {
        let usable = set.keys.count { key in algorithms.contains(where: key.fits) }
        let message =
            usable > 0
            ? "The keys of an issuer were fetched."
            : "An issuer publishes no key for its algorithms; its tokens are refused with 401."
        let counts = [LogField("keys", .number(set.keys.count)), LogField("usable", .number(usable))]
        self.log.report(usable > 0 ? .info : .warning, "keys_fetched", message, self.fields + counts)
    }

    func failed(_ failure: KeyFetchFailure) {
        self.log.report(
            .warning,
            "key_fetch_failed",
            "The keys of an issuer could not be fetched: \(failure)",
            self.fields + [LogField("reason", .text(failure.reason))]
        )
    }

    func withdrawn() {
        self.log.report(
            .error,
            "keys_withdrawn",
            "The keys of an issuer are no longer believed; its tokens are refused with 503.",
            self.fields
        )
    }

    /// Each refresh brings the same unusable keys; they are told once, until others come.
    mutating func skipped(_ keys: [JSONWebKeySet.SkippedKey]) {
        var words = keys.prefix(Self.maximumNamedSkips).map(Self.words)
        if keys.count > words.count { words.append("and \(keys.count - words.count) more") }
        let text = words.joined(separator: "; ")
        guard text != self.reportedSkips else { return }
        self.reportedSkips = text
        guard !keys.isEmpty else { return }
        let message = "Keys of an issuer cannot be used and are skipped: \(text)"
        self.log.report(.warning, "keys_skipped", message, self.fields)
    }

    private static func words(_ key: JSONWebKeySet.SkippedKey) -> String {
        let name = key.keyID.map { "\"\(KeyFetchFailure.shortened($0))\"" } ?? "number \(key.index + 1)"
        return "\(name): \(key.reason)"
    }
}
