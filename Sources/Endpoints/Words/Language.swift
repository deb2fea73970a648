internal import Bytes
public import HTTP

/// The languages that pages are written in. The raw value is the language tag (RFC 5646).
public enum Language: String, CaseIterable, Sendable {
    case english = "en"
    case german = "de"

    /// What frames say in it.
    public var frame: FrameWords {
        switch self {
        case .english: .english
        case .german: .german
        }
    }

    /// The language for a request: the first of `ui_locales` (OpenID Connect Core 3.1.2.1, tags split at spaces) that there
    /// is, else what the browser likes best, else English.
    public static func preferred(uiLocales: String? = nil, accept: AcceptLanguage) -> Language {
        let wished = uiLocales?.split(separator: " ").lazy.compactMap { Self(range: $0) }.first
        return wished ?? accept.preferred.map { Self.allCases[$0] } ?? .english
    }

    /// To read the lines of Accept-Language with.
    public static var acceptable: AcceptLanguage { AcceptLanguage(offered: Self.allCases.map(\.rawValue)) }

    /// RFC 4647 3.4: a range is shortened from its end until there is a language for it.
    private init?(range: Substring) {
        self.init(rawValue: range.prefix { $0 != "-" }.lowercased())
    }
}
