internal import COpenSSL

/// SHA-1 (FIPS 180-4) where a protocol uses it for a name, as Redis does for its scripts. It is broken for all that has to
/// resist an attacker: signatures and secrets have `Digest`.
public enum SHA1 {
    private static let byteCount = 20

    /// The twenty bytes of the hash of `message`.
    public static func hash(_ message: Span<UInt8>) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: Self.byteCount)
        var count = hash.count
        let result = message.withUnsafeBytes { bytes in
            EVP_Q_digest(nil, "SHA1", nil, bytes.baseAddress, bytes.count, &hash, &count)
        }
        precondition(result == 1 && count == Self.byteCount, "OpenSSL has no SHA-1")
        return hash
    }
}
