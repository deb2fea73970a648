import AuthorizationServer
import Cryptography
import JOSE
import OAuth

// How a client proves who it is: `public`, `secret_hash`, `secret` or `jwks`.

extension PolicyReader {
    private static let clientAuthenticationKeys = ["public", "secret_hash", "secret", "jwks"]

    /// Nil when it is wrong, or not known.
    func clientAuthentication(_ section: Section) -> ClientAuthenticationMethod? {
        let given = Self.clientAuthenticationKeys.filter { section.field($0) != nil }
        guard given.count == 1 else {
            self.error(
                section.field,
                "exactly one of `public`, `secret_hash`, `secret` and `jwks` says how the client proves who it is"
            )
            return nil
        }
        return section.value("public", self.publicClient)
            ?? section.value("secret_hash", self.secretHash)
            ?? section.value("secret", self.clientSecret)
            ?? section.value("jwks", self.clientKeys)
    }

    private func publicClient(_ field: PolicyField) -> ClientAuthenticationMethod? {
        guard let isPublic = self.bool(field) else { return nil }
        guard isPublic else {
            self.error(field, "a client that is not public has one of `secret_hash`, `secret` and `jwks`")
            return nil
        }
        return ClientAuthenticationMethod.none
    }

    private func secretHash(_ field: PolicyField) -> ClientAuthenticationMethod? {
        guard let scalar = self.scalar(field, "the hash of a secret"), !scalar.isUnset else { return nil }
        guard let digest = SecretDigest(scalar.text) else {
            self.error(
                field,
                "expected `sha256:` and 64 lower-case hexadecimal digits: `printf %s \"$SECRET\" | sha256sum`"
            )
            return nil
        }
        return .secret(digest)
    }

    private func clientSecret(_ field: PolicyField) -> ClientAuthenticationMethod? {
        guard let scalar = self.scalar(field, "a secret"), !scalar.isUnset else { return nil }
        self.warning(field, "whoever reads the policy has the secret; it is for tests, use `secret_hash` elsewhere")
        guard Client.isSecret(scalar.text) else {
            let minimum = Client.minimumSecretByteCount
            self.error(
                field,
                "a secret is at least \(minimum) characters of ASCII; make a random one: `openssl rand -hex 32`"
            )
            return nil
        }
        return .secret(SecretDigest(of: scalar.text))
    }

    private func clientKeys(_ field: PolicyField) -> ClientAuthenticationMethod? {
        guard let section = self.section(field) else { return nil }
        defer { section.finish() }
        guard (section.field("file") == nil) != (section.field("inline") == nil) else {
            self.error(field, "exactly one of `file` and `inline` says where the public keys are")
            return nil
        }
        let source = section.value("file", self.keyFile) ?? section.value("inline", self.inlineKeys)
        guard case .keySet(let text) = source, let set = try? JSONWebKeySet(parsing: text.utf8Span.span) else {
            return nil
        }
        return .keys(set)
    }
}
