public import Endpoints
internal import JOSE

/// A successful answer of the endpoint `token` (RFC 6749, section 5.1).
struct TokenResponse {
    let accessToken: String
    let lifetime: Duration
    let scopes: [String]
    var isBound = false
    var refreshToken: String?
    var identityToken: String?

    var answer: EndpointAnswer { EndpointAnswer(json: self.text).adding("Pragma", "no-cache") }

    private var text: [UInt8] {
        var text = JSONObjectText(capacity: 1024)
        text.add("access_token", self.accessToken)
        // RFC 9449, section 5.
        text.add("token_type", self.isBound ? "DPoP" : "Bearer")
        text.add("expires_in", self.lifetime.components.seconds)
        text.add(scopes: self.scopes)
        if let refreshToken { text.add("refresh_token", refreshToken) }
        if let identityToken { text.add("id_token", identityToken) }
        return text.finished()
    }
}

extension EndpointAnswer {
    /// The fields of a token response, as whole lines (RFC 6749, section 5.1).
    public static let tokenLines = Array(
        "Content-Type: application/json\r\nCache-Control: no-store\r\nPragma: no-cache\r\n".utf8
    )
}
