internal import Cryptography
internal import Endpoints
internal import Stores

/// RFC 8628, section 3.4: a device asks again and again until its person has decided.
struct DeviceCodeGrant {
    let request: TokenRequest

    func exchange() throws(EndpointFailure) -> TokenResponse {
        try self.request.require(.deviceCode)
        let text = try self.request.required("device_code", "The parameter device_code is missing.")
        let code = RandomSecret(text: text).digest
        let holder = try self.request.holder(of: .deviceCode(code))
        let refreshToken = self.request.newRefreshToken()
        let grant = try self.poll(code, issuing: refreshToken)
        return try self.request.revoking(grant) { () throws(ProtocolError) in
            try TokenIssue(
                request: self.request,
                grant: grant,
                user: holder.known(),
                access: self.request.access(of: grant, mayNarrow: false),
                type: .deviceCode
            ).response(refreshToken: refreshToken)
        }
    }

    /// The grant that the person made. Throws the errors of section 3.5.
    private func poll(
        _ code: SecretDigest,
        issuing refreshToken: RandomSecret?
    ) throws(EndpointFailure) -> Grant {
        let context = self.request.context
        let outcome = try context.stored { store throws(StoreError) in
            try store.pollDevice(
                code,
                client: self.request.client.name,
                grantExpires: self.request.grantExpires,
                issuing: refreshToken.map(self.request.record),
                at: context.now
            )
        }
        switch outcome {
        case .approved(let grant): return grant
        case .pending: throw .refused(.authorizationPending, "The person has not decided yet.")
        case .slowDown: throw .refused(.slowDown, "Wait five seconds longer between two polls from now on.")
        case .denied: throw .refused(.accessDenied, "The person did not allow it.")
        case .expired: throw .refused(.expiredToken, "The device code has run out; begin again.")
        case .unknown: throw .refused(.invalidGrant, "The device code is not valid.")
        }
    }
}
