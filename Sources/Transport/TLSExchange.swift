import Bytes
import COpenSSL

/// The ciphertext that a session and OpenSSL exchange: what a memory BIO would be, without its copies.
///
/// OpenSSL reads straight from the receive buffer and writes straight into the send buffer while a call lasts; only what
/// is left over is kept here.
struct TLSExchange: ~Copyable {
    /// Lent for the duration of one call.
    var source = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Lent for the duration of one call; nil: into `output`.
    var sink: UnsafeMutablePointer<ByteBuffer>?
    /// Ciphertext that came while the reader did not want more plaintext. Older than `source`.
    var input = ByteBuffer()
    /// Handshake messages and alerts that nobody asked for.
    var output = ByteBuffer()

    var hasInput: Bool { !self.source.isEmpty || !self.input.isEmpty }

    /// Keeps what was not read of the lent bytes, which are gone after the call.
    mutating func returnSource() {
        if !self.source.isEmpty { self.input.append(Span(_unsafeBytes: self.source)) }
        self.source = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    mutating func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        guard self.input.isEmpty else {
            let count = min(target.count, self.input.count)
            self.input.withSpan { span in
                span.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            }
            self.input.removeFirst(count)
            if self.input.isEmpty { self.input.reset(keeping: 0) }
            return count
        }
        let count = min(target.count, self.source.count)
        guard count > 0 else { return 0 }
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: self.source[..<count]))
        self.source = UnsafeRawBufferPointer(rebasing: self.source[count...])
        return count
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        let span = Span<UInt8>(_unsafeBytes: bytes)
        if let sink = self.sink { sink.pointee.append(span) } else { self.output.append(span) }
    }
}

// MARK: - As a BIO

extension TLSExchange {
    /// A BIO over `exchange`, which must outlive it.
    static func makeBIO(over exchange: UnsafeMutablePointer<TLSExchange>) -> OpaquePointer {
        guard let bio = BIO_new(Self.method) else { preconditionFailure("OpenSSL is out of memory") }
        BIO_set_data(bio, exchange)
        BIO_set_init(bio, 1)
        return bio
    }

    /// `nonisolated(unsafe)`: made once under the lock of a static, only read afterwards.
    private nonisolated(unsafe) static let method: OpaquePointer = {
        let type = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
        guard let method = BIO_meth_new(type, "gatehouse") else { preconditionFailure("OpenSSL is out of memory") }
        BIO_meth_set_read(method) { bio, target, count in
            gatehouse_bio_clear_flags(bio)
            let room = UnsafeMutableRawBufferPointer(start: target, count: Int(count))
            let length = TLSExchange.of(bio).pointee.read(into: room)
            if length > 0 { return Int32(length) }
            gatehouse_bio_ask_again(bio)
            return -1
        }
        BIO_meth_set_write(method) { bio, source, count in
            TLSExchange.of(bio).pointee.write(UnsafeRawBufferPointer(start: source, count: Int(count)))
            return count
        }
        BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return method
    }()

    private static func of(_ bio: OpaquePointer?) -> UnsafeMutablePointer<TLSExchange> {
        BIO_get_data(bio).assumingMemoryBound(to: TLSExchange.self)
    }
}
