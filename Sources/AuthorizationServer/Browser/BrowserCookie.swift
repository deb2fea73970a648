internal import Bytes
internal import Cryptography
internal import Endpoints

/// The two cookies that the server gives browsers. Each is a random secret, and lasts until the browser is closed: what
/// counts is kept by the server.
enum BrowserCookie: String, CaseIterable {
    /// Who is signed in.
    case identity = "gatehouse_identity"
    /// Ties flows and forms to the browser that they were made for.
    case browser = "gatehouse_browser"

    /// With https no other host and no page without https can plant it (RFC 6265bis, section 4.1.3.2). Plain http is for
    /// this machine alone.
    func name(_ issuer: IssuerAddress) -> String { (issuer.isSecure ? "__Host-" : "") + self.rawValue }

    /// The secret that a request brings. Nil if there is none, if there are two, or if we never made such a one.
    func secret(in request: EndpointRequest, _ issuer: IssuerAddress) -> RandomSecret? {
        guard let value = request.cookie(named: self.name(issuer)),
            Base64URL.decode(value.span)?.count == Self.secretByteCount
        else { return nil }
        return RandomSecret(text: String(decoding: value, as: UTF8.self))
    }

    /// The value of `Set-Cookie`. Without a secret the browser forgets the cookie.
    ///
    /// `Lax`: the client's redirect to `authorize` must bring it, and that is a navigation by GET from another site.
    func line(_ secret: RandomSecret?, _ issuer: IssuerAddress) -> String {
        let attributes = "Path=/; HttpOnly; SameSite=Lax" + (issuer.isSecure ? "; Secure" : "")
        guard let secret else { return "\(self.name(issuer))=; Max-Age=0; \(attributes)" }
        return "\(self.name(issuer))=\(secret.text); \(attributes)"
    }

    /// The names of both: what goes to nobody but the server itself.
    static func names(_ issuer: IssuerAddress) -> [String] { Self.allCases.map { $0.name(issuer) } }

    /// Of `RandomSecret`.
    private static let secretByteCount = 32
}
