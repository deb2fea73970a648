internal import Bytes
internal import Cryptography
package import Gateway
internal import JOSE
package import OAuth

/// Mints tokens as one issuer of the policy would, with a key of one's own.
package struct TokenMint {
    package let issuer: IssuerSettings
    private let signer: TokenSigner

    /// What a token says beyond the issuer's part.
    package struct Request {
        package var subject = "demo"
        /// Words for `scope`; without any, the claim is left out.
        package var scopes: [String] = []
        /// Laid over all others, last.
        package var claims: [ClaimAssignment] = []
        /// In seconds.
        package var lifetime: Int64 = 600

        package init() {}
    }

    /// - Parameters:
    ///   - key: PEM text or a private JWK.
    ///   - issuerName: May be nil when the policy has one issuer alone.
    package init(key: [UInt8], settings: GatewaySettings, issuerName: String?) throws(MintError) {
        self.issuer = try Self.issuer(issuerName, in: settings.issuers)
        if (try? JSONWebKeySet(parsing: key.span)) != nil { throw .keySet }
        do throws(UnusableKey) {
            let key = try Self.signingKey(key, for: self.issuer)
            do {
                self.signer = try TokenSigner(key: key)
            } catch {
                throw .key(error)
            }
        } catch {
            throw .key(error)
        }
    }

    /// A token that is good from `now`, in seconds since 1970.
    package func mint(_ request: Request, at now: Int64) -> String {
        var claims: [JSONMember] = []
        claims.set("iss", .string(self.issuer.issuer))
        if let audience { claims.set("aud", audience) }
        claims.set("sub", .string(request.subject))
        claims.set("iat", .integer(now))
        claims.set("exp", .integer(now + request.lifetime))
        claims.set("jti", .string(Base64URL.encode(Randomness.bytes(count: 16))))
        if !request.scopes.isEmpty { claims.set("scope", .string(request.scopes.joined(separator: " "))) }
        for claim in request.claims { claims.set(claim.name, claim.value) }
        return self.signer.sign(.object(claims))
    }

    /// All audiences of the issuer; nil if it accepts any.
    private var audience: JSONValue? {
        guard case .oneOf(let names) = self.issuer.audiences else { return nil }
        return names.count == 1 ? .string(names[0]) : .array(names.map(JSONValue.string))
    }

    private static func issuer(_ name: String?, in issuers: [IssuerSettings]) throws(MintError) -> IssuerSettings {
        // Nobody but the server itself has an embedded issuer's key.
        let candidates = issuers.filter { $0.keys != .embedded }
        let known = candidates.map(\.name)
        guard let name else {
            guard let first = candidates.first else { throw .noIssuers }
            guard candidates.count == 1 else { throw .issuerNotNamed(known: known) }
            return first
        }
        guard let issuer = issuers.first(where: { $0.name.hasSameBytes(as: name) }) else {
            throw known.isEmpty ? .noIssuers : .unknownIssuer(name, known: known)
        }
        guard issuer.keys != .embedded else { throw .embedded(name) }
        return issuer
    }
}

// MARK: - The key's algorithm

extension TokenMint {
    /// RSA keys and secrets fit several algorithms: the issuer's own choice is taken if the key does not say which.
    private static func signingKey(_ text: [UInt8], for issuer: IssuerSettings) throws(UnusableKey) -> SigningKey {
        let key = try SigningKey(parsing: text.span)
        let published = self.publishedAlgorithm(of: key, in: issuer)
        let algorithm =
            published
            ?? (issuer.algorithms.contains(key.algorithm) ? key.algorithm : nil)
            ?? issuer.algorithms.first { $0.keyFamily == key.algorithm.keyFamily }
        guard let algorithm, algorithm != key.algorithm else { return key }
        return try SigningKey(parsing: text.span, algorithm: algorithm)
    }

    /// What the issuer's key set, as far as the policy holds it, says about this key.
    private static func publishedAlgorithm(of key: SigningKey, in issuer: IssuerSettings) -> SignatureAlgorithm? {
        guard case .keySet(let text) = issuer.keys, let thumbprint = key.published?.thumbprint else { return nil }
        guard let set = try? JSONWebKeySet(parsing: text.utf8Span.span) else { return nil }
        return set.keys.first { $0.thumbprint == thumbprint }?.algorithm
    }
}

extension [JSONMember] {
    /// Replaces the member of that name, or adds one.
    fileprivate mutating func set(_ name: String, _ value: JSONValue) {
        if let index = self.firstIndex(where: { $0.name.hasSameBytes(as: name) }) {
            self[index].value = value
        } else {
            self.append(JSONMember(name: name, value: value))
        }
    }
}
