internal import COpenSSL

extension PrivateKey {
    /// The private key in a PEM text: PKCS #8 (`BEGIN PRIVATE KEY`) or the older forms for RSA and EC.
    ///
    /// An encrypted one is `malformed`: there is nobody to ask for the pass phrase.
    public convenience init(pem: Span<UInt8>) throws(KeyError) {
        let handle = OpenSSLErrors.contained {
            MemoryBIO(pem).withHandle { PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in -1 }, nil) }
        }
        guard let handle else { throw .malformed }
        try self.init(adopting: handle)
    }

    /// The secret itself, as PKCS #8 PEM text without encryption. For files that only their owner may read.
    public func pem() -> [UInt8] {
        let output = MemoryBIO()
        let succeeded = OpenSSLErrors.contained {
            output.withHandle { bio in
                self.withHandle { PEM_write_bio_PrivateKey(bio, $0, nil, nil, 0, nil, nil) }
            } == 1
        }
        precondition(succeeded, "a checked key can be written")
        return output.contents
    }
}
