import Bytes
public import JOSE
public import Upstreams

/// An issuer's metadata: where it is published, how it is found and read, and the place of the keys in it.
public enum IssuerMetadata {
    /// The places in the order in which they are asked; none if the issuer is no URL.
    ///
    /// OpenID Connect Discovery 1.0, section 4, puts the well-known path behind the issuer's, RFC 8414, section 3.1,
    /// between host and path. Both drop a final slash first.
    public static func places(of issuer: String) -> [String] {
        guard let url = ControlURL(issuer) else { return [] }
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        let origin = "\(url.isSecure ? "https" : "http")://\(url.authority)"
        let path = String(decoding: base.utf8.dropFirst(origin.utf8.count), as: UTF8.self)
        return [
            base + "/.well-known/openid-configuration",
            origin + "/.well-known/oauth-authorization-server" + path,
        ]
    }

    /// Asks the places of the metadata with `get`, one after the other.
    ///
    /// The next one is asked only when the one before is not there: other failures are the answer.
    public static func discover(
        _ issuer: String,
        get: @escaping (ControlURL, @escaping (Result<ControlAnswer, ControlFailure>) -> Void) -> Void,
        _ completion: @escaping (Result<(json: JSONValue, place: String), KeyFetchFailure>) -> Void
    ) {
        self.ask(self.places(of: issuer)[...], after: nil, of: issuer, get: get, completion)
    }

    private static func ask(
        _ places: ArraySlice<String>,
        after failure: KeyFetchFailure?,
        of issuer: String,
        get: @escaping (ControlURL, @escaping (Result<ControlAnswer, ControlFailure>) -> Void) -> Void,
        _ completion: @escaping (Result<(json: JSONValue, place: String), KeyFetchFailure>) -> Void
    ) {
        guard let place = places.first, let url = ControlURL(place) else {
            let noPlace = KeyFetchFailure.keyLocation("the issuer is no URL, so its keys cannot be discovered")
            return completion(.failure(failure ?? noPlace))
        }
        get(url) { result in
            switch result {
            case .success(let answer):
                completion(self.document(in: answer.body, at: place, of: issuer).map { ($0, place) })
            case .failure(.status(let status)):
                // What the first place said explains more than that the second one is not there either.
                let failure = failure ?? .call(url: place, .status(status))
                self.ask(places.dropFirst(), after: failure, of: issuer, get: get, completion)
            case .failure(let failure):
                completion(.failure(.call(url: place, failure)))
            }
        }
    }

    /// The metadata that was found at `url`.
    ///
    /// The `issuer` inside must be the same, byte for byte: OpenID Connect Discovery 1.0, section 4.3, and RFC 8414,
    /// section 3.3.
    static func document(
        in text: [UInt8],
        at url: String,
        of issuer: String
    ) -> Result<JSONValue, KeyFetchFailure> {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: text.span)
        } catch {
            return .failure(.document(url: url, "\(error)"))
        }
        guard json.members != nil else { return .failure(.document(url: url, "the metadata is no JSON object")) }
        guard let found = json["issuer"]?.string else { return .failure(.issuerMismatch(url: url, found: nil)) }
        guard found.hasSameBytes(as: issuer) else { return .failure(.issuerMismatch(url: url, found: found)) }
        return .success(json)
    }

    /// The place of the keys, from metadata that was found at `url`.
    static func keyLocation(
        in json: JSONValue,
        at url: String,
        of issuer: String
    ) throws(KeyFetchFailure) -> ControlURL {
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
