import Cryptography

// Certificates and keys, read with the policy so that a wrong file is found before anything starts.

extension PolicyReader {
    /// The text of a file with at least one certificate.
    func certificateText(_ field: PolicyField) -> String? {
        guard let text = self.fileText(field) else { return nil }
        guard text.range(ofText: "-----BEGIN CERTIFICATE-----") != nil else {
            self.error(field, "the file has no PEM certificate (`-----BEGIN CERTIFICATE-----`)")
            return nil
        }
        return text
    }

    /// The text of a file with a private key.
    func keyText(_ field: PolicyField) -> String? {
        guard let text = self.fileText(field) else { return nil }
        guard text.range(ofText: "PRIVATE KEY-----") != nil else {
            self.error(field, "the file has no PEM private key (`-----BEGIN PRIVATE KEY-----`)")
            return nil
        }
        return text
    }

    /// Whether `key` is the key of the first certificate of `chain`. Kinds of keys that tokens are not signed with are left
    /// to the TLS layer, which reads both again.
    func isPair(chain: String, key: String, _ chainField: PolicyField, _ keyField: PolicyField) -> Bool {
        let certified: PublicKey
        do {
            certified = try PublicKey(pem: chain.utf8Span.span)
        } catch {
            return error != .malformed || self.refuse(chainField, "the certificate cannot be read")
        }
        do {
            let privateKey = try PrivateKey(pem: key.utf8Span.span)
            if privateKey.publicKey.parameters == certified.parameters { return true }
        } catch {
            return error != .malformed
                || self.refuse(keyField, "the private key cannot be read; an encrypted one is not supported")
        }
        return self.refuse(keyField, "the key does not belong to the certificate")
    }

    private func refuse(_ field: PolicyField, _ message: String) -> Bool {
        self.error(field, message)
        return false
    }
}
