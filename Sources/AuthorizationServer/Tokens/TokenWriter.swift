internal import Cryptography
internal import JOSE
internal import Stores

/// Signs the server's tokens, with each key prepared once. Belongs to one thread.
final class TokenWriter {
    private let issuer: String
    private var prepared: [Prepared] = []
    /// What signs access tokens now: the same for a whole second.
    private var latest: Latest?
    private var random = RandomSupply()

    private struct Prepared {
        let key: SigningKey
        let type: TokenType
        let signer: TokenSigner
    }

    private struct Latest {
        let keys: SigningKeys
        let second: Int64
        let signer: TokenSigner
    }

    /// Keys and types that are kept ready: a key of today and one of yesterday, for three types of token.
    private static let maximumPrepared = 6

    init(issuer: String) { self.issuer = issuer }

    /// A grant that nothing is kept of.
    func passingGrant() -> GrantID { GrantID(random: self.random.next(GrantID.byteCount)) }

    /// Random bytes for the name of a token of such a grant.
    func withPassingName(_ body: (Span<UInt8>) -> Void) { self.random.withNext(TokenName.randomByteCount, body) }

    /// Appends an access token whose claims, the text of an object, begin with `start` and end with `rest`.
    func appendAccessToken(
        _ start: EncodedStart,
        rest: [UInt8],
        keys: SigningKeys,
        at now: Timestamp,
        to text: inout [UInt8]
    ) {
        self.accessSigner(keys, at: now).sign(start, rest: rest, appendingTo: &text)
    }

    private func accessSigner(_ keys: SigningKeys, at now: Timestamp) -> TokenSigner {
        if let latest, latest.keys === keys, latest.second == now.seconds { return latest.signer }
        let signer = self.signer(.accessToken, keys.signing(at: now))
        self.latest = Latest(keys: keys, second: now.seconds, signer: signer)
        return signer
    }

    /// RFC 9068.
    func accessToken(_ claims: AccessTokenClaims, keys: SigningKeys) -> String {
        let name = TokenName(grant: claims.grant, random: &self.random)
        let text = claims.text(issuer: self.issuer, name: name)
        return self.signer(.accessToken, keys.signing(at: claims.issued)).sign(text)
    }

    /// OpenID Connect Core, section 2.
    func identityToken(_ claims: IdentityTokenClaims, keys: SigningKeys) -> String {
        let key = keys.signing(at: claims.issued)
        return self.sign(claims.json(issuer: self.issuer, algorithm: key.algorithm), .jwt, key)
    }

    /// A token of another type. `iss` must be among the claims.
    func token(_ claims: JSONValue, type: TokenType, keys: SigningKeys, at now: Timestamp) -> String {
        self.sign(claims, type, keys.signing(at: now))
    }

    private func sign(_ claims: JSONValue, _ type: TokenType, _ key: SigningKey) -> String {
        self.signer(type, key).sign(claims)
    }

    private func signer(_ type: TokenType, _ key: SigningKey) -> TokenSigner {
        for entry in self.prepared where entry.type == type && entry.key.keyID == key.keyID { return entry.signer }
        guard let signer = try? TokenSigner(key: key, type: type) else {
            preconditionFailure("a key that was checked when it was made signs")
        }
        if self.prepared.count >= Self.maximumPrepared { self.prepared.removeFirst() }
        self.prepared.append(Prepared(key: key, type: type, signer: signer))
        return signer
    }
}
