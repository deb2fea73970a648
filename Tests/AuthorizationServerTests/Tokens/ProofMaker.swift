import Bytes
import Cryptography
import JOSE
import Stores

@testable import AuthorizationServer

/// A client that holds a key and makes proofs with it (RFC 9449, section 4.2).
struct ProofMaker {
    private let key = try! PrivateKey(generatingFor: .es256)

    var thumbprint: String { get throws { try JSONWebKey(key: self.key.publicKey).thumbprint } }

    func proof(
        for endpoint: Endpoint = .token,
        at now: Timestamp,
        identifier: String = RandomSecret().text,
        method: String = "POST",
        accessToken: String? = nil
    ) throws -> String {
        let key = try JSONWebKey(key: self.key.publicKey, algorithm: .es256)
        let header: JSONValue = ["typ": "dpop+jwt", "alg": "ES256", "jwk": key.json]
        var claims: JSONValue = [
            "jti": .string(identifier), "htm": .string(method), "iat": .integer(now.seconds),
            "htu": .string("\(EndpointBench.issuer)/\(endpoint.rawValue)"),
        ]
        if let accessToken {
            claims = claims.with("ath", .string(Base64URL.encode(Digest.sha256.hash(accessToken.utf8Span.span))))
        }
        let input = "\(Base64URL.encode(header.encoded())).\(Base64URL.encode(claims.encoded()))"
        let signature = try Signer(key: self.key, algorithm: .es256).sign(input.utf8Span.span)
        return "\(input).\(Base64URL.encode(signature))"
    }
}
