internal import Bytes
internal import Cryptography

extension SignInRequest {
    /// RFC 7636, section 4.2. `plain` is not a word we know.
    var challenge: String {
        Base64URL.encode(Digest.sha256.hash(self.verifier.secret.utf8Span.span))
    }

    /// The parameters of an authorization request that do not depend on the kind of provider.
    func parameters(clientID: String, redirectURI: String, scopes: [String]) -> [(name: String, value: String)] {
        [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI),
            ("scope", scopes.joined(separator: " ")), ("state", self.state), ("code_challenge", self.challenge),
            ("code_challenge_method", "S256"),
        ]
    }
}

extension SignInResponse {
    /// The parameters that redeem the code (RFC 6749, section 4.1.3; RFC 7636, section 4.5).
    func parameters(redirectURI: String) -> [(name: String, value: String)] {
        [
            ("grant_type", "authorization_code"), ("code", self.code.secret), ("redirect_uri", redirectURI),
            ("code_verifier", self.request.verifier.secret),
        ]
    }
}
