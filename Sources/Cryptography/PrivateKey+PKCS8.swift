internal import COpenSSL

extension PrivateKey {
    /// The private key in PKCS #8 DER (RFC 5208), without encryption and with nothing after it.
    public convenience init(pkcs8: Span<UInt8>) throws(KeyError) {
        let handle: OpaquePointer? = OpenSSLErrors.contained {
            MemoryBIO(pkcs8).withHandle { input in
                guard let parsed = d2i_PKCS8_PRIV_KEY_INFO_bio(input, nil) else { return nil }
                defer { PKCS8_PRIV_KEY_INFO_free(parsed) }
                return BIO_ctrl_pending(input) == 0 ? EVP_PKCS82PKEY(parsed) : nil
            }
        }
        guard let handle else { throw .malformed }
        try self.init(adopting: handle)
    }

    /// The secret itself, as PKCS #8 DER without encryption. It must be sealed before it is kept.
    public func pkcs8() -> [UInt8] {
        let output = MemoryBIO()
        let succeeded = OpenSSLErrors.contained {
            output.withHandle { bio in self.withHandle { i2d_PKCS8PrivateKeyInfo_bio(bio, $0) } } == 1
        }
        precondition(succeeded, "a checked key can be written")
        return output.contents
    }
}
