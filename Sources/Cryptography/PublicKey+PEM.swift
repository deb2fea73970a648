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
        let succeeded = OpenSSLErrors.contained { PEM_write_bio_PUBKEY(output.handle, self.handle) == 1 }
        precondition(succeeded, "a checked key can be written")
        return output.contents
    }

    private static func publicKey(in pem: Span<UInt8>) -> OpaquePointer? {
        PEM_read_bio_PUBKEY(MemoryBIO(pem).handle, nil, nil, nil)
    }

    private static func certificateKey(in pem: Span<UInt8>) -> OpaquePointer? {
        guard let certificate = PEM_read_bio_X509(MemoryBIO(pem).handle, nil, nil, nil) else { return nil }
        defer { X509_free(certificate) }
        return X509_get_pubkey(certificate)
    }
}
