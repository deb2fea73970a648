import Bytes
import HTTP
import OAuth
import Policy
import SharedState
import Trust

/// The proof that the sender has the key that a token is bound to (RFC 9449, section 7), on each request anew.
extension Exchange {
    /// Only once everything else about the token was found good: the last of the credential's checks. False: the shared state
    /// is asked, and the loop comes back with `proofClaimed`.
    @inline(__always)
    func checkBinding(of token: VerifiedToken) throws(Refusal) -> Bool {
        guard token.isBound || self.learned.hasProof else { return true }
        do throws(Refusal) {
            return try self.prove(token)
        } catch {
            // It is not its subject who asks.
            self.learned.remembered = nil
            throw error
        }
    }

    // A plain bearer of a bound token may have stolen it, and a proof for an unbound one proves nothing (section 7.1).
    private func prove(_ token: VerifiedToken) throws(Refusal) -> Bool {
        guard case .token(let range, .authorizationWithProof) = self.learned.credential,
            let key = token.keyThumbprint, let proof = self.proof(ofToken: range), proof.thumbprint == key
        else { throw Refusal(.proofInvalid) }
        switch self.worker.usedProofs.use(proof, at: self.worker.loop.milliseconds / 1000) {
        case .first: return !self.worker.shared.isShared || self.claim(proof)
        case .repeated: throw Refusal(.proofInvalid)
        case .noRoom: throw Refusal(.overloaded)
        }
    }

    /// Whether it is the first time for other gateways, too, is said later.
    private func claim(_ proof: ProofOfPossession) -> Bool {
        // Another gateway's clock may be behind.
        let rest = Duration.seconds(max(1, proof.expires - self.worker.wallSeconds) + ProofOfPossession.window)
        let number = self.worker.login.number(of: self)
        self.waitForAnswer()
        self.worker.shared.claim(ClaimKey(.used, "proof \(proof.thumbprint) \(proof.identifier)"), for: rest) {
            [self] in
            guard self.learned.loginNumber == number else { return }
            self.proofClaimed($0)
        }
        return false
    }

    private func proofClaimed(_ result: Result<StateClaim?, StateFailure>) {
        guard self.takesAnswer() else { return }
        switch result {
        case .success(.some) where self.tokenIsRevoked: self.refuse(Refusal(.tokenRevoked))
        case .success(.some): return self.goOn()
        case .success(nil): self.refuse(Refusal(.proofInvalid))
        case .failure: self.refuse(Refusal(.stateUnavailable))
        }
        self.connection?.resumeReading()
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
