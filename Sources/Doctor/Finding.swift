/// What came of looking at one thing, for people and programs. Nothing in it is secret, and nothing moves a terminal's
/// cursor: texts of others are in it.
public struct Finding: Sendable, Equatable {
    public enum Verdict: String, Sendable {
        case ok
        /// It works, or may, and is not as it should be.
        case warning
        /// It does not work.
        case failure
    }

    /// What was looked at.
    public enum Subject: Sendable, Equatable {
        case authorizationServer
        case issuer(String)
        case provider(String)
        case login
        case state
    }

    public let verdict: Verdict
    public let subject: Subject
    /// What was seen, or what is wrong.
    public let text: String
    /// What to do about it.
    public let remedy: String?

    private init(_ verdict: Verdict, _ subject: Subject, _ text: String, _ remedy: String?) {
        self.verdict = verdict
        self.subject = subject
        self.text = Self.plain(text)
        self.remedy = remedy.map(Self.plain)
    }

    static func ok(_ subject: Subject, _ text: String) -> Finding { Finding(.ok, subject, text, nil) }

    static func warning(_ subject: Subject, _ text: String, remedy: String? = nil) -> Finding {
        Finding(.warning, subject, text, remedy)
    }

    static func failure(_ subject: Subject, _ text: String, remedy: String? = nil) -> Finding {
        Finding(.failure, subject, text, remedy)
    }

    /// Without controls, and without marks that turn the direction of text around.
    private static func plain(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x00..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: plain += "\u{FFFD}"
            default: plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }
}
