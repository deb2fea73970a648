import Bytes
import Cryptography
import JOSE
import OAuth

/// An issuer `corp` with one key, a verifier that knows it, and a pen.
struct Bench {
    static let now: Int64 = 1_800_000_000
    static let claims: JSONValue = [
        "iss": "https://corp", "aud": "api", "sub": "frodo", "iat": .integer(now), "exp": .integer(now + 600),
    ]

    let key: SigningKey
    let verifier: TokenVerifier

    init(
        _ algorithm: SignatureAlgorithm,
        key: SigningKey? = nil,
        maximumTokenByteCount: Int = TokenVerifier.defaultMaximumTokenByteCount,
        _ change: (inout IssuerSettings) -> Void = { _ in }
    ) throws {
        self.key = try key ?? Self.key(algorithm)
        var settings = Self.settings(algorithm)
        change(&settings)
        self.verifier = TokenVerifier(
            issuers: [settings],
            scopes: ScopeTable(["items:read", "items:write", "items:admin"]),
            maximumTokenByteCount: maximumTokenByteCount
        )
        self.verifier.setKeys(try Self.ring([self.key], algorithms: settings.algorithms, generation: 7), ofIssuer: 0)
    }

    static func settings(_ algorithm: SignatureAlgorithm, issuer: String = "https://corp") -> IssuerSettings {
        IssuerSettings(
            name: "corp",
            issuer: issuer,
            audiences: .oneOf(["other", "api"]),
            algorithms: [algorithm],
            keys: .discovery
        )
    }

    static let secret = [UInt8](1...64)
    static let rsa = try! PrivateKey(generatingFor: .rs256)

    static func key(_ algorithm: SignatureAlgorithm, keyID: String? = nil) throws -> SigningKey {
        switch algorithm.keyFamily {
        case .secret: try SigningKey(SecretKey(self.secret), algorithm: algorithm, keyID: keyID)
        case .rsa: try SigningKey(self.rsa, algorithm: algorithm, keyID: keyID)
        case .ellipticCurve, .ed25519:
            try SigningKey(PrivateKey(generatingFor: algorithm), algorithm: algorithm, keyID: keyID)
        }
    }

    static func ring(_ keys: [SigningKey], algorithms: [SignatureAlgorithm], generation: UInt64 = 1) throws -> KeyRing {
        if keys.first?.algorithm.isSymmetric ?? false {
            return try KeyRing(SecretKey(self.secret), algorithms: algorithms, generation: generation)
        }
        return try KeyRing(
            JSONWebKeySet(keys: keys.compactMap(\.published)),
            algorithms: algorithms,
            generation: generation
        )
    }

    func mint(_ claims: JSONValue, type: String = "at+jwt", key: SigningKey? = nil) -> [UInt8] {
        try! Array(TokenSigner(key: key ?? self.key, type: TokenType(type)).sign(claims).utf8)
    }

    /// A token of these very texts, under a good signature.
    func mint(header: String, payload: String, signer: Signer? = nil) -> [UInt8] {
        let signer = try! signer ?? Signer(secret: SecretKey(Self.secret), algorithm: .hs256)
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        let signature = Base64URL.encode(signer.sign(input.utf8Span.span))
        return Array("\(input).\(signature)".utf8)
    }

    func verify(_ claims: JSONValue, type: String = "at+jwt", at now: Int64 = now) throws(TokenRejection)
        -> VerifiedToken
    {
        try self.verifier.verify(self.mint(claims, type: type).span, at: now)
    }

    func rejection(_ token: [UInt8], at now: Int64 = now) -> TokenRejection? {
        do {
            _ = try self.verifier.verify(token.span, at: now)
            return nil
        } catch {
            return error
        }
    }

    func rejection(_ claims: JSONValue, type: String = "at+jwt", at now: Int64 = now) -> TokenRejection? {
        self.rejection(self.mint(claims, type: type), at: now)
    }
}

extension JSONValue {
    /// The object with a member set.
    func with(_ name: String, _ value: JSONValue) -> JSONValue {
        .object((self.members ?? []).filter { $0.name != name } + [JSONMember(name: name, value: value)])
    }

    /// The object without a member.
    func without(_ name: String) -> JSONValue {
        .object((self.members ?? []).filter { $0.name != name })
    }
}
