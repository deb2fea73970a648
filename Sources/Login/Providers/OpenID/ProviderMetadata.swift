internal import Bytes
internal import Cryptography
internal import JOSE
internal import Upstreams

/// What a provider's metadata says of it (OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2), as far as it is
/// of use here. It was checked for its issuer before.
struct ProviderMetadata {
    let authorizationEndpoint: ControlURL
    let tokenEndpoint: ControlURL
    let keys: ControlURL
    let userInfoEndpoint: ControlURL?
    /// RFC 9126.
    let pushedRequestEndpoint: ControlURL?
    /// RFC 7009.
    let revocationEndpoint: ControlURL?
    /// OpenID Connect RP-Initiated Logout 1.0.
    let endSessionEndpoint: ControlURL?
    /// Whether each authorization response has `iss` (RFC 9207, section 3).
    let promisesIssuer: Bool
    /// Nil: it does not say.
    let authenticationMethods: [String]?
    /// Those of its ID tokens, as far as we know them. Never a symmetric one, whatever it says: a secret that the client
    /// has, too, proves nothing to the client.
    let algorithms: [SignatureAlgorithm]

    /// Throws `.invalid` if something is missing, and for an endpoint to which secrets must not be sent.
    init(_ json: JSONValue, of issuer: String) throws(ProviderFailure) {
        let places = EndpointReader(json: json, issuer: issuer)
        self.authorizationEndpoint = try places.required("authorization_endpoint")
        self.tokenEndpoint = try places.required("token_endpoint")
        self.keys = try places.required("jwks_uri")
        self.userInfoEndpoint = try places.optional("userinfo_endpoint")
        self.pushedRequestEndpoint = try places.optional("pushed_authorization_request_endpoint")
        self.revocationEndpoint = try places.optional("revocation_endpoint")
        self.endSessionEndpoint = try places.optional("end_session_endpoint")
        self.promisesIssuer = json["authorization_response_iss_parameter_supported"] == true
        self.authenticationMethods = json["token_endpoint_auth_methods_supported"]?.array?.compactMap(\.string)
        self.algorithms = Self.algorithms(json["id_token_signing_alg_values_supported"]?.array)
        guard !self.algorithms.isEmpty else { throw .invalid("the metadata lists no algorithm that is known here") }
    }

    /// RS256 is what all providers have (OpenID Connect Core 1.0, section 15.1).
    private static func algorithms(_ listed: [JSONValue]?) -> [SignatureAlgorithm] {
        guard let listed else { return [.rs256] }
        let known = listed.compactMap { $0.string.flatMap { SignatureAlgorithm(name: $0) } }
        return known.filter { !$0.isSymmetric }
    }

    /// Checks `iss` of an authorization response (RFC 9207, section 2.4): of another provider it is a mix-up.
    func check(issuer found: String?, is issuer: String) throws(ProviderFailure) {
        guard let found else {
            guard !self.promisesIssuer else { throw .invalid("the response lacks iss, which the metadata promises") }
            return
        }
        guard found.hasSameBytes(as: issuer) else { throw .invalid("the response is of another issuer") }
    }
}

/// Reads the endpoints of a provider.
private struct EndpointReader {
    let json: JSONValue
    let issuer: String

    func required(_ name: String) throws(ProviderFailure) -> ControlURL {
        guard let url = try self.optional(name) else { throw .invalid("the metadata has no \(name)") }
        return url
    }

    /// https (RFC 8414, section 2), but for a provider that is on this machine itself: then what stays there may be http.
    func optional(_ name: String) throws(ProviderFailure) -> ControlURL? {
        guard let value = self.json[name], value != .null else { return nil }
        guard let url = value.string.flatMap({ ControlURL($0) }) else { throw .invalid("\(name) is no URL") }
        let isAtHome = url.isLoopback && ControlURL(self.issuer).map { !$0.isSecure && $0.isLoopback } ?? false
        guard url.isSecure || isAtHome else { throw .invalid("\(name) leaves https") }
        return url
    }
}
