import COpenSSL
import Glibc

/// A certificate, its chain and its key, read from PEM text.
final class TLSCertificate {
    let leaf: OpaquePointer
    private let chain: [OpaquePointer]
    private let key: OpaquePointer
    private let file: String

    init(_ settings: CertificateSettings) throws(TLSProblem) {
        let certificates = PEM.certificates(settings.chain)
        guard let leaf = certificates.first else {
            throw .unreadableCertificate(file: settings.chainFile, reason: OpenSSLError.takeReason())
        }
        guard let key = PEM.privateKey(settings.key) else {
            for certificate in certificates { X509_free(certificate) }
            throw .unreadableKey(certificateFile: settings.chainFile, reason: OpenSSLError.takeReason())
        }
        self.leaf = leaf
        self.chain = Array(certificates.dropFirst())
        self.key = key
        self.file = settings.chainFile
        ERR_clear_error()
        guard X509_check_private_key(leaf, key) == 1 else {
            ERR_clear_error()
            throw .keyMismatch(certificateFile: self.file)
        }
    }

    deinit {
        X509_free(self.leaf)
        for certificate in self.chain { X509_free(certificate) }
        EVP_PKEY_free(self.key)
    }

    /// Lets `context` present this certificate.
    func install(in context: OpaquePointer) throws(TLSProblem) {
        ERR_clear_error()
        var isInstalled = SSL_CTX_use_certificate(context, self.leaf) == 1
        isInstalled = isInstalled && SSL_CTX_use_PrivateKey(context, self.key) == 1
        for certificate in self.chain {
            isInstalled = isInstalled && gatehouse_tls_add_chain_certificate(context, certificate) == 1
        }
        // OpenSSL's security level refuses short keys and weak signatures here.
        guard isInstalled else {
            throw .unreadableCertificate(file: self.file, reason: OpenSSLError.takeReason())
        }
    }

    /// Whether the certificate is for `name`, by its alternative names or, if it has none, its common name.
    func covers(_ name: String, allowingWildcards: Bool) -> Bool {
        let flags = allowingWildcards ? X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS : X509_CHECK_FLAG_NO_WILDCARDS
        return X509_check_host(self.leaf, name, name.utf8.count, UInt32(flags), nil) == 1
    }

    /// The problem with the certificate's dates, if there is one now.
    var dateProblem: TLSProblem? {
        let (start, end) = (X509_get0_notBefore(self.leaf), X509_get0_notAfter(self.leaf))
        if X509_cmp_current_time(end) < 0 { return .expired(file: self.file, since: Self.date(end)) }
        if X509_cmp_current_time(start) > 0 { return .notYetValid(file: self.file, until: Self.date(start)) }
        return nil
    }

    private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> String {
        var parts = tm()
        guard ASN1_TIME_to_tm(time, &parts) == 1 else { return "an unreadable date" }
        let (month, day) = (Int(parts.tm_mon) + 1, Int(parts.tm_mday))
        return "\(Int(parts.tm_year) + 1900)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }
}

extension CertificateSettings {
    /// All that is wrong with the certificate and its key, the dates included. For `check` and for reloads.
    public var problems: [TLSProblem] {
        do {
            let certificate = try TLSCertificate(self)
            return certificate.dateProblem.map { [$0] } ?? []
        } catch {
            return [error]
        }
    }
}

/// Reading PEM text. The handles belong to the caller.
enum PEM {
    /// All certificates in `text`, in order.
    static func certificates(_ text: String) -> [OpaquePointer] {
        Self.withSource(text) { source in
            var certificates: [OpaquePointer] = []
            while let certificate = PEM_read_bio_X509(source, nil, { PEM.noPassphrase($0, $1, $2, $3) }, nil) {
                certificates.append(certificate)
            }
            // The end of the text is reported as an error; only an empty result makes it one.
            if !certificates.isEmpty { ERR_clear_error() }
            return certificates
        }
    }

    static func privateKey(_ text: String) -> OpaquePointer? {
        Self.withSource(text) { PEM_read_bio_PrivateKey($0, nil, { PEM.noPassphrase($0, $1, $2, $3) }, nil) }
    }

    /// Without it OpenSSL would ask for the passphrase of an encrypted key on the terminal.
    private static func noPassphrase(
        _: UnsafeMutablePointer<CChar>?,
        _: Int32,
        _: Int32,
        _: UnsafeMutableRawPointer?
    ) -> Int32 { -1 }

    private static func withSource<Result>(_ text: String, _ body: (OpaquePointer?) -> Result) -> Result {
        ERR_clear_error()
        var text = text
        return text.withUTF8 { bytes in
            let source = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count))
            defer { BIO_free(source) }
            return body(source)
        }
    }
}

/// OpenSSL's error queue of this thread.
enum OpenSSLError {
    /// The reason of the oldest error in words; the queue is empty afterwards.
    static func takeReason() -> String {
        let code = ERR_peek_error()
        defer { ERR_clear_error() }
        guard code != 0, let reason = ERR_reason_error_string(code) else { return "nothing could be read" }
        return String(cString: reason)
    }
}
