import Transport

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

    /// Writes down what the TLS layer would say of a certificate and its key. Their dates only worry those who connect.
    func check(_ settings: CertificateSettings, _ certificate: PolicyField, _ key: PolicyField) -> Bool {
        let problems = settings.problems
        for problem in problems {
            let field = problem.isAboutKey ? key : certificate
            if problem.isFatal {
                self.error(field, problem.explanation)
            } else {
                self.warning(field, problem.explanation)
            }
        }
        return !problems.contains(where: \.isFatal)
    }

    /// Writes down why a TLS layer cannot be made of settings that are right one by one.
    func check(_ field: PolicyField, _ makeContext: () throws(TLSProblem) -> TLSContext) {
        do {
            _ = try makeContext()
        } catch {
            self.error(field, error.explanation)
        }
    }
}

extension TLSProblem {
    fileprivate var isAboutKey: Bool {
        switch self {
        case .unreadableKey, .keyMismatch: true
        case .unreadableCertificate, .expired, .notYetValid, .unreadableAuthorities, .noCertificate, .library: false
        }
    }

    /// The description without the file's name, which a variable may have brought.
    fileprivate var explanation: String {
        switch self {
        case .unreadableCertificate(_, let reason): "the certificate cannot be read: \(reason)"
        case .unreadableKey: "the private key cannot be read; an encrypted one is not supported"
        case .keyMismatch: "the key does not belong to the certificate"
        case .expired(_, let date): "the certificate expired on \(date)"
        case .notYetValid(_, let date): "the certificate is not valid before \(date)"
        case .unreadableAuthorities(let reason): "no certificate in it can be read: \(reason)"
        case .noCertificate: "there is no certificate"
        case .library(let reason): "TLS cannot be set up: \(reason)"
        }
    }
}
