internal import COpenSSL

extension PublicKey {
    /// The key in a PEM text: a public key (`BEGIN PUBLIC KEY`, RFC 7468, section 13) or that of a certificate.
    ///
    /// A certificate only carries the key here; its dates and its issuer are not looked at.
    public convenience init(pem: Span<UInt8>) throws(KeyError) {
        let handle = OpenSSLErrors.contained { Self.publicKey(in: pem) ?? Self.certificateKey(in: pem) }
        guard let handle else { throw .malformed }
        try self.init(adopting: handle)
    }

    /// The public key as PEM text.
    public func pem() -> [UInt8] {
        let output = MemoryBIO()
        let succeeded = OpenSSLErrors.contained {
            output.withHandle { bio in self.withHandle { PEM_write_bio_PUBKEY(bio, $0) } } == 1
        }
        precondition(succeeded, "a checked key can be written")
        return output.contents
    }

    private static func publicKey(in pem: Span<UInt8>) -> OpaquePointer? {
        MemoryBIO(pem).withHandle { PEM_read_bio_PUBKEY($0, nil, nil, nil) }
    }

    private static func certificateKey(in pem: Span<UInt8>) -> OpaquePointer? {
        let certificate = MemoryBIO(pem).withHandle { PEM_read_bio_X509($0, nil, nil, nil) }
        guard let certificate else { return nil }
        defer { X509_free(certificate) }
        return X509_get_pubkey(certificate)
    }
}
