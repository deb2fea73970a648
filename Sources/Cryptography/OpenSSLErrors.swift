internal import COpenSSL

/// OpenSSL's queue of errors, one for each thread.
enum OpenSSLErrors {
    /// Runs a call that can fail between two empty queues.
    ///
    /// An error left behind would be taken for one of the next TLS connection on this thread. Peeking is cheaper than
    /// clearing, and after a success there is nothing to clear.
    @inline(__always)
    static func contained<Result, Failure: Error>(_ call: () throws(Failure) -> Result) throws(Failure) -> Result {
        self.clear()
        defer { self.clear() }
        return try call()
    }

    @inline(__always)
    private static func clear() {
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }
}
