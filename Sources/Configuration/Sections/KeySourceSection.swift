import Bytes
import Cryptography
import JOSE
import OAuth

// `keys` of an issuer. What comes from files is read here, so that a wrong file is found before anything starts.

extension PolicyReader {
    private static let keySources = ["url", "file", "pem", "inline", "secret"]

    /// Nil when it is wrong, or not known. Without the key, keys are discovered.
    func keySource(_ section: Section) -> KeySourceSettings? {
        guard let field = section.field("keys"), !field.says("discovery") else { return .discovery }
        guard !self.isUnset(field) else { return nil }
        guard field.isMapping else {
            self.error(
                field,
                "expected `discovery`, or one of `{url: …}`, `{file: …}`, `{pem: …}`, `{inline: …}`, `{secret: …}`"
            )
            return nil
        }
        guard let section = self.section(field) else { return nil }
        defer { section.finish() }
        let given = Self.keySources.filter { section.field($0) != nil }
        guard given.count == 1 else {
            self.error(field, "exactly one of `url`, `file`, `pem`, `inline` and `secret` says where the keys are")
            return nil
        }
        return section.value("url", self.keyURL)
            ?? section.value("file", self.keyFile)
            ?? section.value("pem", self.keyPEM)
            ?? section.value("inline", self.inlineKeys)
            ?? section.value("secret", self.secret)
    }

    private func keyURL(_ field: PolicyField) -> KeySourceSettings? {
        guard let url = self.parsed(field, "an http or https URL without user and fragment", PolicyURL.init) else {
            return nil
        }
        if !url.isSecure && !url.isLoopback {
            self.warning(field, "keys are fetched over http; whoever is between here and the issuer can replace them")
        }
        return .url(field.scalar?.text ?? "")
    }

    // MARK: - Key sets

    func keyFile(_ field: PolicyField) -> KeySourceSettings? {
        guard let text = self.fileText(field) else { return nil }
        guard !Self.isPrivateKey(text) else {
            self.error(field, "this is a private key; name the .jwks, the key set with the public one")
            return nil
        }
        return self.keySet(text, field)
    }

    func inlineKeys(_ field: PolicyField) -> KeySourceSettings? {
        let json: JSONValue?
        if field.isMapping {
            json = self.json(field)
        } else {
            json = self.parsed(field, "a JSON Web Key Set") { try? JSONValue(parsing: $0) }
        }
        return json.flatMap { self.keySet($0.jsonText, field) }
    }

    /// The text of a key set, once it was read as one.
    private func keySet(_ text: String, _ field: PolicyField) -> KeySourceSettings? {
        let set: JSONWebKeySet
        do {
            set = try JSONWebKeySet(parsing: text.utf8Span.span)
        } catch {
            self.error(field, "\(error)")
            return nil
        }
        if set.keys.isEmpty { self.warning(field, "no key can be used, so every token is refused") }
        return .keySet(text)
    }

    // MARK: - One key

    private func keyPEM(_ field: PolicyField) -> KeySourceSettings? {
        guard let scalar = self.scalar(field, "PEM text, or the path of a file"), !scalar.isUnset else { return nil }
        let isText = scalar.text.range(ofText: "-----BEGIN") != nil
        guard let text = isText ? scalar.text : self.fileText(field) else { return nil }
        if Self.isPrivateKey(text) {
            self.error(field, "this is a private key; the gateway verifies with the public one")
            return nil
        }
        do {
            _ = try PublicKey(pem: text.utf8Span.span)
            return .pem(text)
        } catch {
            self.error(field, "no public key and no certificate: \(error)")
            return nil
        }
    }

    private static func isPrivateKey(_ pem: String) -> Bool { pem.range(ofText: "PRIVATE KEY-----") != nil }

    private func secret(_ field: PolicyField) -> KeySourceSettings? { self.secretBytes(field).map { .secret($0) } }

    /// RFC 8725 3.5: a secret that people remember is a secret that machines guess.
    func secretBytes(_ field: PolicyField) -> [UInt8]? {
        guard let scalar = self.scalar(field, "text, or `base64:` and base64"), !scalar.isUnset else { return nil }
        guard let bytes = Self.secretBytes(scalar.text) else {
            self.error(field, "what follows `base64:` is no base64")
            return nil
        }
        guard bytes.count >= SecretKey.minimumByteCount else {
            self.error(field, "a secret has at least \(SecretKey.minimumByteCount) bytes, this one \(bytes.count)")
            return nil
        }
        guard !SecretKey.isGuessable(bytes) else {
            self.error(field, "this secret looks like words or a pattern; make a random one: `openssl rand -base64 32`")
            return nil
        }
        return bytes
    }

    private static func secretBytes(_ text: String) -> [UInt8]? {
        guard text.hasPrefix("base64:") else { return Array(text.utf8) }
        let digits = Array(text.utf8.dropFirst("base64:".utf8.count))
        return Base64URL.decode(eitherAlphabet: digits.span)
    }
}
