import COpenSSL
import Transport

/// An authority that lives as long as a test and issues what the test needs; nothing of it is on disk, nothing expires.
final class TestAuthority {
    let certificate: OpaquePointer
    private let key: OpaquePointer
    private var serial = 1

    init(_ name: String = "Test Authority") {
        self.key = Self.makeKey()
        self.certificate = Self.makeCertificate(
            name: name,
            key: self.key,
            issuer: nil,
            issuerKey: self.key,
            serial: 1,
            extensions: [(NID_basic_constraints, "critical,CA:TRUE")],
            validDays: -1...365
        )
    }

    deinit {
        X509_free(self.certificate)
        EVP_PKEY_free(self.key)
    }

    /// PEM text of the authority itself.
    var pem: String { Self.pem { PEM_write_bio_X509($0, self.certificate) } }

    /// A certificate for `names`, as in `DNS:example.test,IP:127.0.0.1`, valid during `validDays` from today.
    func issue(_ names: String, validDays: ClosedRange<Int> = -1...30, file: String = "server.crt")
        -> CertificateSettings
    {
        self.serial += 1
        let key = Self.makeKey()
        let certificate = Self.makeCertificate(
            name: "leaf \(self.serial)",
            key: key,
            issuer: self.certificate,
            issuerKey: self.key,
            serial: self.serial,
            extensions: [(NID_subject_alt_name, names)],
            validDays: validDays
        )
        defer {
            X509_free(certificate)
            EVP_PKEY_free(key)
        }
        return CertificateSettings(
            chain: Self.pem { PEM_write_bio_X509($0, certificate) },
            key: Self.pem { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) },
            chainFile: file
        )
    }
}

// MARK: - OpenSSL

extension TestAuthority {
    private static func makeKey() -> OpaquePointer {
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil)
        defer { EVP_PKEY_CTX_free(context) }
        EVP_PKEY_keygen_init(context)
        EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1)
        var key: OpaquePointer?
        precondition(EVP_PKEY_keygen(context, &key) == 1, "no key could be made")
        return key!
    }

    private static func makeCertificate(
        name: String,
        key: OpaquePointer,
        issuer: OpaquePointer?,
        issuerKey: OpaquePointer,
        serial: Int,
        extensions: [(Int32, String)],
        validDays: ClosedRange<Int>
    ) -> OpaquePointer {
        let certificate: OpaquePointer = X509_new()
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial)
        X509_gmtime_adj(X509_getm_notBefore(certificate), validDays.lowerBound * 86400)
        X509_gmtime_adj(X509_getm_notAfter(certificate), validDays.upperBound * 86400)
        let subject = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0)
        X509_set_issuer_name(certificate, X509_get_subject_name(issuer ?? certificate))
        X509_set_pubkey(certificate, key)
        for (identifier, value) in extensions {
            let added = X509V3_EXT_conf_nid(nil, nil, identifier, value)
            precondition(added != nil, "no such extension: \(value)")
            X509_add_ext(certificate, added, -1)
            X509_EXTENSION_free(added)
        }
        precondition(X509_sign(certificate, issuerKey, EVP_sha256()) > 0, "the certificate could not be signed")
        return certificate
    }

    private static func pem(_ write: (OpaquePointer?) -> Int32) -> String {
        let memory = BIO_new(BIO_s_mem())
        defer { BIO_free(memory) }
        precondition(write(memory) == 1, "no PEM could be written")
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(memory))
        BIO_read(memory, &bytes, Int32(bytes.count))
        return String(decoding: bytes, as: UTF8.self)
    }
}
