internal import COpenSSL

/// Bytes nobody can guess, from OpenSSL's generator.
public enum Randomness {
    /// `count` fresh bytes.
    public static func bytes(count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { output, initialised in
            let succeeded = OpenSSLErrors.contained { RAND_bytes(output.baseAddress, Int32(count)) == 1 }
            // There is no safe way on without randomness.
            precondition(succeeded, "the random generator failed")
            initialised = count
        }
    }
}
