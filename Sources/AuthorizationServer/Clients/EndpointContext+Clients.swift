internal import Bytes
internal import Endpoints
internal import OAuth
internal import Stores

extension EndpointContext {
    /// The client that the request comes from, which has proven it (RFC 6749, section 2.3). The gateway need not.
    ///
    /// Throws `invalid_client`, `invalid_request` for more than one way to prove it, or the lockout's answer.
    func authenticateClient(_ parameters: Parameters) throws(EndpointFailure) -> Client {
        guard !self.call.isFromGateway else { return try self.gateway() }
        let credentials = try self.refusing { () throws(ProtocolError) in
            try ClientCredentials(self.request, parameters)
        }
        switch credentials {
        case .name(let name), .basic(let name, _), .post(let name, _):
            let client = try self.client(named: name)
            return try self.refusing { () throws(ProtocolError) in
                try SecretAuthentication(lockout: self.lockout, audit: self.audit, request: self.request)
                    .authenticate(credentials, as: client)
            }
        case .assertion(let text, let name):
            return try self.authenticate(assertion: text, name: name)
        }
    }

    // MARK: - Private details

    /// The gateway's own client. A reload may have taken it away while the gateway asked.
    private func gateway() throws(EndpointFailure) -> Client {
        guard let client = self.policy.settings.gateway else { throw .refused(.clientUnknown(triedBasic: false)) }
        return client
    }

    /// RFC 7523, section 3. A signature is nothing to guess: failures do not count for the lockout.
    private func authenticate(assertion text: String, name: String?) throws(EndpointFailure) -> Client {
        guard let assertion = ClientAssertion(text.utf8Span.span),
            name?.hasSameBytes(as: assertion.client) ?? true,
            let client = try self.client(named: assertion.client), case .keys(let keys) = client.authentication
        else { throw self.assertionFailed(nil) }
        let audiences = [self.policy.issuer.text, self.policy.address(of: .token)]
        guard let proof = assertion.verified(keys: keys, audiences: audiences, at: self.now.seconds) else {
            throw self.assertionFailed(client)
        }
        guard try self.isFirst(proof.identifier, in: .clientAssertion, owner: client.name, expires: proof.expires)
        else { throw self.assertionFailed(client) }
        return client
    }

    private func assertionFailed(_ client: Client?) -> EndpointFailure {
        self.note(.clientAuthenticationFailed, clientID: client?.name)
        return .refused(.clientUnknown(triedBasic: false))
    }
}
