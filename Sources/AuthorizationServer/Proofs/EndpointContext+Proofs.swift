internal import OAuth
internal import Stores

extension EndpointContext {
    /// The RFC 7638 thumbprint of the key that the request proves to be its sender's (RFC 9449, section 4.3); nil without a
    /// proof. A proof counts once.
    ///
    /// Throws `invalid_dpop_proof` for more than one, and for one that does not prove it.
    ///
    /// - Parameter accessToken: The token that comes with the request, if one does.
    func provenKey(accessToken: String? = nil) throws(EndpointFailure) -> String? {
        guard let line = self.request.proofs.first else { return nil }
        guard self.request.proofs.count == 1 else {
            throw .refused(.invalidProof, "There is more than one DPoP header.")
        }
        let proof = try self.verified(line, accessToken)
        guard try self.isFirst(proof.identifier, in: .proof, owner: proof.thumbprint, expires: proof.expires)
        else { throw .refused(.invalidProof, "The DPoP proof was used before.") }
        return proof.thumbprint
    }

    private func verified(_ line: String, _ accessToken: String?) throws(EndpointFailure) -> ProofOfPossession {
        guard let address = RequestAddress(self.policy.address(of: self.call.endpoint)) else {
            preconditionFailure("an issuer's address was checked when the policy was read")
        }
        do throws(ProofOfPossession.Rejection) {
            return try ProofOfPossession(
                verifying: line.utf8Span.span,
                method: "\(self.request.method.name)".utf8Span.span,
                address: address,
                accessToken: accessToken,
                at: self.now.seconds
            )
        } catch {
            throw .refused(.invalidProof, error.sentence)
        }
    }
}

extension ProofOfPossession.Rejection {
    /// For the developer of the client.
    fileprivate var sentence: StaticString {
        switch self {
        case .malformed: "The DPoP proof is no signed JSON Web Token with a jti."
        case .typeNotAllowed: "The typ of the DPoP proof is not dpop+jwt."
        case .algorithmNotAllowed: "The DPoP proof is not signed with an asymmetric algorithm that is known here."
        case .keyUnusable: "The jwk of the DPoP proof is missing, private or not usable."
        case .signatureInvalid: "The signature of the DPoP proof is not that of its jwk."
        case .methodMismatch: "The htm of the DPoP proof is not the method of the request."
        case .addressMismatch: "The htu of the DPoP proof is not the address of this endpoint."
        case .stale: "The iat of the DPoP proof is not within a minute of now."
        case .tokenMismatch: "The ath of the DPoP proof is not that of the access token."
        }
    }
}
