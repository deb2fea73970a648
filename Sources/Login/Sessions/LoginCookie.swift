internal import Bytes

/// The attributes of the gateway's cookies, and the lines that set them (RFC 6265bis, section 4.1).
public struct LoginCookie: Sendable {
    let name: String
    private let attributes: String

    /// A session's cookie.
    init(session settings: CookieSettings, baseURL: BaseURL) {
        self.init(settings.name, settings, baseURL, sameSite: settings.sameSite, isHostOnly: settings.domain == nil)
    }

    /// The cookie of sign-ins under way. Never `Strict`, whatever the session's is: the provider's page sends the browser
    /// back, and it must bring this one.
    init(flow settings: CookieSettings, baseURL: BaseURL) {
        self.init(settings.name + "_flow", settings, baseURL, sameSite: .lax, isHostOnly: true)
    }

    private init(
        _ name: String,
        _ settings: CookieSettings,
        _ baseURL: BaseURL,
        sameSite: CookieSettings.SameSite,
        isHostOnly: Bool
    ) {
        // With https no other host and no page without https can plant it (section 4.1.3.2).
        self.name = (baseURL.isSecure && isHostOnly ? "__Host-" : "") + name
        var attributes = "; Path=/; HttpOnly; SameSite=\(sameSite.attribute)"
        if baseURL.isSecure { attributes += "; Secure" }
        if !isHostOnly, let domain = settings.domain { attributes += "; Domain=\(domain)" }
        self.attributes = attributes
    }

    /// `Name=value` and the attributes; what stands behind `Set-Cookie: `.
    func line(suffix: String = "", _ value: String, maximumAge: Int64) -> String {
        "\(self.name)\(suffix)=\(value)\(self.attributes); Max-Age=\(max(0, maximumAge))"
    }

    /// With which the browser forgets it.
    func removal(suffix: String = "") -> String { self.line(suffix: suffix, "", maximumAge: 0) }
}

extension CookieSettings.SameSite {
    fileprivate var attribute: String {
        switch self {
        case .lax: "Lax"
        case .strict: "Strict"
        case .none: "None"
        }
    }
}
