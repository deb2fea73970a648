internal import COpenSSL

/// OpenSSL's way to read from and write to memory. What was in it is erased when it goes.
final class MemoryBIO {
    private let handle: OpaquePointer

    /// One to write to.
    init() {
        guard let handle = BIO_new(BIO_s_secmem()) else { preconditionFailure("no memory for a BIO") }
        self.handle = handle
    }

    /// One to read `text` from.
    convenience init(_ text: Span<UInt8>) {
        self.init()
        text.withUnsafeBufferPointer { text in
            _ = BIO_write(self.handle, text.baseAddress, Int32(clamping: text.count))
        }
    }

    deinit { BIO_free_all(self.handle) }

    /// Lends the BIO. It must not be used outside: the object may go as soon as nobody looks at it.
    func withHandle<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        body(self.handle)
    }

    /// What was written to it.
    var contents: [UInt8] {
        var start: UnsafeMutablePointer<CChar>?
        let count = gh_BIO_get_mem_data(self.handle, &start)
        return Array(UnsafeRawBufferPointer(start: start, count: max(0, count)))
    }
}
