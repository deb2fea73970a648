import Bytes
import JOSE
import Upstreams

/// Where an issuer publishes its metadata, and the one thing in it that is needed here: the place of its keys.
enum IssuerMetadata {
    /// The places in the order in which they are asked; none if the issuer is no URL.
    ///
    /// OpenID Connect Discovery 1.0, section 4, puts the well-known path behind the issuer's, RFC 8414, section 3.1,
    /// between host and path. Both drop a final slash first.
    static func places(of issuer: String) -> [String] {
        guard let url = ControlURL(issuer) else { return [] }
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        let origin = "\(url.isSecure ? "https" : "http")://\(url.authority)"
        let path = String(decoding: base.utf8.dropFirst(origin.utf8.count), as: UTF8.self)
        return [
            base + "/.well-known/openid-configuration",
            origin + "/.well-known/oauth-authorization-server" + path,
        ]
    }

    /// The place of the keys, from metadata that was found at `url`.
    ///
    /// The `issuer` inside must be the same, byte for byte: OpenID Connect Discovery 1.0, section 4.3, and RFC 8414,
    /// section 3.3.
    static func keyLocation(
        in text: Span<UInt8>,
        at url: String,
        of issuer: String
    ) throws(KeyFetchFailure) -> ControlURL {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: text)
        } catch {
            throw .document(url: url, "\(error)")
        }
        guard json.members != nil else { throw .document(url: url, "the metadata is no JSON object") }
        guard let found = json["issuer"]?.string else { throw .issuerMismatch(url: url, found: nil) }
        guard found.hasSameBytes(as: issuer) else { throw .issuerMismatch(url: url, found: found) }
        guard let text = json["jwks_uri"]?.string else { throw .keyLocation("\(url): the metadata has no jwks_uri") }
        guard let location = ControlURL(text) else {
            throw .keyLocation("\(url): jwks_uri is no http or https URL: \"\(KeyFetchFailure.shortened(text))\"")
        }
        // RFC 8414, section 2: jwks_uri MUST use https. An issuer on http, in a laboratory, may stay there; one on
        // https may not send us where anybody can answer.
        if !location.isSecure && ControlURL(issuer)?.isSecure ?? true {
            throw .keyLocation("\(url): jwks_uri leaves https: \"\(KeyFetchFailure.shortened(text))\"")
        }
        return location
    }
}
