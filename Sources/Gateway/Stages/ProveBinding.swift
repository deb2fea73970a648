import Bytes
import HTTP
import OAuth
import Policy
import Trust

/// The proof that the sender has the key that a token is bound to (RFC 9449, section 7), on each request anew.
extension Exchange {
    /// Only once everything else about the token was found good: the last of the credential's checks.
    @inline(__always)
    func checkBinding(of token: VerifiedToken) throws(Refusal) {
        guard token.isBound || self.learned.hasProof else { return }
        do throws(Refusal) {
            try self.prove(token)
        } catch {
            // It is not its subject who asks.
            self.learned.remembered = nil
            throw error
        }
    }

    // A plain bearer of a bound token may have stolen it, and a proof for an unbound one proves nothing (section 7.1).
    private func prove(_ token: VerifiedToken) throws(Refusal) {
        guard case .token(let range, .authorizationWithProof) = self.learned.credential,
            let key = token.keyThumbprint, let proof = self.proof(ofToken: range), proof.thumbprint == key
        else { throw Refusal(.proofInvalid) }
        switch self.worker.usedProofs.use(proof, at: self.worker.loop.milliseconds / 1000) {
        case .first: return
        case .repeated: throw Refusal(.proofInvalid)
        case .noRoom: throw Refusal(.overloaded)
        }
    }

    /// Nil for none, for more than one (section 4.3, step 1), and for one that proves nothing.
    private func proof(ofToken token: ByteRange) -> ProofOfPossession? {
        guard self.head.fields.count(of: .dpop) == 1, let line = self.head.fields.value(of: .dpop),
            let address = self.clientAddressed
        else { return nil }
        return self.headBytes.withSpan { bytes in
            try? ProofOfPossession(
                verifying: bytes.bytes(line),
                method: bytes.bytes(self.head.methodRange),
                address: address,
                accessToken: bytes.bytes(token).string,
                at: self.worker.wallSeconds
            )
        }
    }

    /// What the client asked for, where it asked: the path as it was sent, not the one that is matched.
    private var clientAddressed: RequestAddress? {
        let scheme = self.clientScheme
        return self.headBytes.withSpan { bytes in
            RequestAddress("\(scheme)://\(bytes.bytes(self.clientHost).string)\(bytes.bytes(self.head.path).string)")
        }
    }

    /// `Host`, or what a trusted proxy in front was asked for. Empty when HTTP/1.0 came without one.
    private var clientHost: ByteRange {
        guard self.learned.isFromTrustedPeer, self.head.fields.count(of: .xForwardedHost) == 1,
            let range = self.head.fields.value(of: .xForwardedHost)
        else { return self.head.host }
        return range
    }
}
