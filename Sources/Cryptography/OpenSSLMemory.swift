internal import COpenSSL

/// Memory that held a secret.
enum OpenSSLMemory {
    /// Overwrites it, which the compiler may not leave out.
    static func erase(_ memory: UnsafeMutableRawBufferPointer) {
        OPENSSL_cleanse(memory.baseAddress, memory.count)
    }
}
