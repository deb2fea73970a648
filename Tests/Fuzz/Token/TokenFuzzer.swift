internal import Bytes
internal import Cryptography
internal import FuzzSupport
internal import JOSE
internal import OAuth

/// Tokens: the bytes as they are, of which none may be verified unless it is signed; and, where there is a line feed, what
/// stands before it as a header and behind it as claims under a good signature, so that the checks behind it are reached.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    judge(input.bytes, isSigned: false)
    guard let (header, claims) = input.halves else { return 0 }
    judge(sign(header, claims), isSigned: true)
    return 0
}

private let now: Int64 = 1_800_000_000

/// One issuer with a shared secret, which no input can know.
private struct Issuer {
    let signer: Signer
    let verifier: TokenVerifier

    init() throws {
        let secret = try SecretKey([UInt8](repeating: 0x5A, count: 32))
        var settings = IssuerSettings(
            name: "fuzz",
            issuer: "https://i",
            audiences: .oneOf(["a"]),
            algorithms: [.hs256],
            keys: .discovery
        )
        settings.maximumLifetime = 3600
        self.signer = try Signer(secret: secret, algorithm: .hs256)
        self.verifier = TokenVerifier(issuers: [settings], scopes: ScopeTable(["r", "w"]))
        self.verifier.setKeys(try KeyRing(secret, algorithms: [.hs256], generation: 1), ofIssuer: 0)
    }
}

// The fuzzer calls from one thread.
nonisolated(unsafe) private let issuer = try! Issuer()

private func sign(_ header: [UInt8], _ claims: [UInt8]) -> [UInt8] {
    var token: [UInt8] = []
    Base64URL.encode(header.span, appendingTo: &token)
    token.append(UInt8(ascii: "."))
    Base64URL.encode(claims.span, appendingTo: &token)
    let signature = issuer.signer.sign(token.span)
    token.append(UInt8(ascii: "."))
    Base64URL.encode(signature.span, appendingTo: &token)
    return token
}

private func judge(_ token: [UInt8], isSigned: Bool) {
    do throws(TokenRejection) {
        let verified = try issuer.verifier.verify(token.span, at: now)
        require(isSigned, "a token was verified that nobody signed")
        require(verified.claims["iss"]?.string == "https://i", "another issuer's token was verified")
        require(verified.expiresAt > now - 31, "an expired token was verified")
        require(verified.claims["sub"] != nil, "a token without a required claim was verified")
        require(verified.claims["cnf"] == nil, "a bound token was verified as a plain one")
        planted(verified.scopeWords.count > 2)
    } catch {
        // Every rejection is an answer. That it came, and nothing else, is what is checked.
    }
}
