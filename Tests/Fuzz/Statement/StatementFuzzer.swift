internal import Bytes
internal import Cryptography
internal import FuzzSupport
internal import JOSE
internal import OAuth

/// Proofs and client assertions: the bytes as they are, of which none may be verified; and, where there is a line feed, what
/// stands before it as a header and behind it as claims under a good signature. `"KEY"` in the header is the key's own place.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    judge(input.bytes, isSigned: false)
    guard let (header, claims) = input.halves else { return 0 }
    judge(client.sign(header, claims), isSigned: true)
    return 0
}

private let now: Int64 = 1_800_000_000
private let issuer = "https://i/id"
private let address = RequestAddress("https://i/id/token")!
private let method: [UInt8] = Array("POST".utf8)

/// Somebody with a key of their own, which is made anew for each process: no input can know it.
private struct Client {
    let keys: JSONWebKeySet
    let thumbprint: String
    private let signer: Signer
    private let keyText: String

    init() throws {
        let key = try PrivateKey(generatingFor: .es256)
        let published = try JSONWebKey(key: key.publicKey, algorithm: .es256)
        self.signer = try Signer(key: key, algorithm: .es256)
        self.keys = JSONWebKeySet(keys: [published])
        self.thumbprint = published.thumbprint
        self.keyText = String(decoding: published.json.encoded(), as: UTF8.self)
    }

    func sign(_ header: [UInt8], _ claims: [UInt8]) -> [UInt8] {
        var token: [UInt8] = []
        let whole = self.withKey(header)
        Base64URL.encode(whole.span, appendingTo: &token)
        token.append(UInt8(ascii: "."))
        Base64URL.encode(claims.span, appendingTo: &token)
        let signature = self.signer.sign(token.span)
        token.append(UInt8(ascii: "."))
        Base64URL.encode(signature.span, appendingTo: &token)
        return token
    }

    private func withKey(_ header: [UInt8]) -> [UInt8] {
        let mark = Array("\"KEY\"".utf8)
        let place = header.indices.first { header[$0...].starts(with: mark) }
        guard let place else { return header }
        return header[..<place] + Array(self.keyText.utf8) + header[(place + mark.count)...]
    }
}

// The fuzzer calls from one thread.
nonisolated(unsafe) private let client = try! Client()

private func judge(_ token: [UInt8], isSigned: Bool) {
    judgeProof(token, isSigned: isSigned)
    guard let assertion = ClientAssertion(token.span) else { return }
    require(!assertion.client.isEmpty, "an assertion names nobody")
    let proven = assertion.verified(keys: client.keys, audiences: [issuer], at: now)
    guard let (identifier, expires) = proven else { return }
    require(isSigned, "an assertion was verified that nobody signed")
    require((1...256).contains(identifier.utf8.count), "an assertion has no name to remember")
    require(expires > now, "an assertion is over")
    require(expires <= now + ClientAssertion.maximumLifetime, "an assertion lasts too long")
}

private func judgeProof(_ token: [UInt8], isSigned: Bool) {
    do throws(ProofOfPossession.Rejection) {
        let proof = try ProofOfPossession(verifying: token.span, method: method.span, address: address, at: now)
        require(isSigned, "a proof was verified that nobody signed")
        require(proof.thumbprint == client.thumbprint, "a proof is of another key than the one that signed it")
        require((1...256).contains(proof.identifier.utf8.count), "a proof has no name to remember")
        require(proof.expires > now && proof.expires <= now + 2 * ProofOfPossession.window + 1, "a proof is too old")
        planted(proof.expires > now + ProofOfPossession.window + 1)
    } catch {
        // Every rejection is an answer. That it came, and nothing else, is what is checked.
    }
}
