internal import Bytes
internal import JOSE
internal import Telemetry

/// An answer of a token endpoint (RFC 6749, section 5.1), checked for its form. The ID token is not believed yet.
struct OAuthAnswer {
    let accessToken: Redacted<String>
    /// Seconds since 1970; nil if the provider did not say.
    let expiresAt: Int64?
    let refreshToken: Redacted<String>?
    let idToken: Redacted<String>?

    /// Statuses that bring an answer, or an `error` (section 5.2): 201 is a pushed request's.
    static let statuses: Set<UInt16> = [200, 201, 400, 401, 403]
    /// The most that an access or refresh token may have. It has to be kept, and sent in a field.
    static let maximumTokenByteCount = 16 * 1024
    /// An ID token has all the groups of a person in it.
    static let maximumIDTokenByteCount = 64 * 1024
    /// The most that is believed of `expires_in`, in seconds: a year. What says more is never refreshed in time anyway.
    static let maximumLifetime: Int64 = 366 * 86400

    /// Throws what the provider said, or `.invalid`. `now` in seconds since 1970.
    init(_ status: UInt16, _ json: JSONValue, at now: Int64) throws(ProviderFailure) {
        try Self.check(status, json)
        guard let type = json["token_type"]?.string, type.utf8Span.span.equalsIgnoringCase("bearer") else {
            throw .invalid("token_type is not Bearer")
        }
        guard let token = try Self.token("access_token", in: json) else { throw .invalid("there is no access_token") }
        self.accessToken = token
        self.refreshToken = try Self.token("refresh_token", in: json)
        self.idToken = try Self.token("id_token", in: json, maximum: Self.maximumIDTokenByteCount)
        self.expiresAt = try Self.lifetime(json["expires_in"]).map { now + $0 }
    }

    /// Throws if it is an error, by its status or, as GitHub does it, in spite of it.
    static func check(_ status: UInt16, _ json: JSONValue) throws(ProviderFailure) {
        if let error = json["error"]?.string { throw ProviderFailure(error: error) }
        guard status < 300, json.members != nil else { throw .invalid("the answer is \(status), without an error") }
    }

    // MARK: - Private details

    /// RFC 6749, appendix A.12: visible ASCII. It goes into a field, so nothing else will do.
    private static func token(
        _ name: String,
        in json: JSONValue,
        maximum: Int = maximumTokenByteCount
    ) throws(ProviderFailure) -> Redacted<String>? {
        guard let value = json[name], value != .null else { return nil }
        guard let text = value.string, 1...maximum ~= text.utf8.count,
            text.utf8.allSatisfy({ 0x21..<0x7F ~= $0 })
        else { throw .invalid("\(name) is malformed") }
        return Redacted(text)
    }

    /// Seconds. Digits in a text are taken, too: some write them so.
    private static func lifetime(_ value: JSONValue?) throws(ProviderFailure) -> Int64? {
        let seconds: Int64?
        switch value {
        case nil, .null: return nil
        case .integer(let number): seconds = number
        case .string(let text): seconds = Int64(text)
        default: seconds = nil
        }
        guard let seconds, seconds >= 0 else { throw .invalid("expires_in is malformed") }
        return min(seconds, Self.maximumLifetime)
    }
}
