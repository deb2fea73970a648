internal import Bytes
internal import Endpoints

/// Where the answer to an authorization request goes, and what goes with each answer.
struct ResponseAddress: Sendable {
    /// Registered by the client, or at another port of a loopback address.
    let redirectURI: String
    let origin: WebOrigin
    /// As the client sent it.
    let state: String?
    let issuer: String
    /// An access token belongs behind the `#`, which browsers keep to themselves (RFC 6749, section 4.2.2).
    let usesFragment: Bool

    /// Nil if there is no address that the client registered, or a code would not be safe there: http to another machine, a
    /// scheme that any application may claim (RFC 8252, section 8.4), or a fragment (RFC 6749, section 3.1.2).
    init?(_ parameters: Parameters, of client: Client, _ policy: ServerPolicy) {
        guard let uri = client.registered(redirectURI: parameters["redirect_uri"]),
            let origin = WebOrigin(of: uri), origin.scheme != "http" || origin.isOnThisDevice,
            !uri.utf8.contains(UInt8(ascii: "#"))
        else { return nil }
        self.redirectURI = uri
        self.origin = origin
        self.state = parameters["state"]
        self.issuer = policy.issuer.text
        self.usesFragment = parameters["response_type"] == ResponseType.tokenWord
    }

    /// The redirect for an answer. RFC 9207, section 2: `iss` is in each.
    func location(_ answer: [(name: String, value: String)]) -> String {
        let pairs = answer + (self.state.map { [("state", $0)] } ?? []) + [("iss", self.issuer)]
        guard !self.usesFragment else { return "\(self.redirectURI)#\(FormEncoding.encode(pairs))" }
        return FormEncoding.append(pairs, toQueryOf: self.redirectURI)
    }

    /// RFC 6749, section 4.1.2.1.
    func location(_ error: ProtocolError) -> String {
        self.location([("error", error.code.rawValue), ("error_description", "\(error.sentence)")])
    }
}
