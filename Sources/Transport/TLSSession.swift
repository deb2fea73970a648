public import Bytes
import COpenSSL

/// What reading plaintext came to.
public enum TLSReadResult: Equatable, Sendable {
    /// So many bytes of plaintext; there may be more.
    case bytes(Int)
    /// Nothing more until more ciphertext comes. Ciphertext to send may be waiting all the same.
    case wantsMore
    /// The peer ended its side with close_notify.
    case closed
    /// Nothing more will come. An alert for the peer may be waiting to be sent.
    case failed(TLSFailure)
}

/// What writing plaintext came to.
public enum TLSWriteResult: Equatable, Sendable {
    /// All of it was encrypted.
    case consumed
    /// The handshake is not finished: nothing was taken, the caller keeps it.
    case handshaking
    case failed(TLSFailure)
}

/// TLS of one connection, without its socket: ciphertext in and out through memory. Must be used on one thread.
///
/// Data pending inside makes no event: after feeding, read until `.wantsMore`, then send what `drainCiphertext` gives.
public final class TLSSession {
    private let context: TLSContext
    private let ssl: OpaquePointer
    private let exchange: UnsafeMutablePointer<TLSExchange>
    /// Set once: what every later read and write comes to.
    private var end: TLSReadResult?
    private var isInputEnded = false
    private var isShutDown = false

    /// Whether the handshake is finished.
    public private(set) var isEstablished = false

    /// The server's side of an accepted connection.
    public convenience init(accepting context: TLSContext) {
        guard case .server = context.role else { preconditionFailure("a client's context cannot accept") }
        self.init(context)
        SSL_set_accept_state(self.ssl)
    }

    /// The client's side of a connection to `host`, a name or an address literal without brackets. Settings that name
    /// the server go before it. The first message waits to be sent.
    public convenience init(connecting context: TLSContext, to host: String) {
        guard case .client(let verifies, let serverName) = context.role else {
            preconditionFailure("a server's context cannot connect")
        }
        self.init(context)
        SSL_set_connect_state(self.ssl)
        self.expect(serverName ?? host, verifies: verifies)
        self.advanceHandshake()
    }

    private init(_ context: TLSContext) {
        self.context = context
        self.ssl = context.makeHandle()
        self.exchange = .allocate(capacity: 1)
        self.exchange.initialize(to: TLSExchange())
        let bio = TLSExchange.makeBIO(over: self.exchange)
        SSL_set_bio(self.ssl, bio, bio)
    }

    deinit {
        SSL_free(self.ssl)
        self.exchange.deinitialize(count: 1)
        self.exchange.deallocate()
    }

    /// RFC 6066 3: an address literal is no server name; it is only verified.
    private func expect(_ name: String, verifies: Bool) {
        // The final dot of an absolute name is no part of a server name.
        let host = name.hasSuffix(".") ? String(name.dropLast()) : name
        let address = IPAddress(host)
        if address == nil { _ = gatehouse_tls_set_server_name(self.ssl, host) }
        guard verifies else { return }
        let parameters = SSL_get0_param(self.ssl)
        if address != nil {
            X509_VERIFY_PARAM_set1_ip_asc(parameters, host)
        } else {
            X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            X509_VERIFY_PARAM_set1_host(parameters, host, host.utf8.count)
        }
    }
}

// MARK: - Reading

extension TLSSession {
    /// Takes ciphertext that came, all of it. It is copied; `read(_:into:)` is cheaper.
    public func feed(_ ciphertext: Span<UInt8>) {
        self.exchange.pointee.input.append(ciphertext)
    }

    /// Takes `ciphertext`, all of it, and decrypts as much as fits into `plaintext`; `read(into:)` gives the rest.
    public func read(_ ciphertext: Span<UInt8>, into plaintext: UnsafeMutableRawBufferPointer) -> TLSReadResult {
        ciphertext.withUnsafeBytes { bytes in
            self.exchange.pointee.source = bytes
            let result = self.read(into: plaintext)
            self.exchange.pointee.returnSource()
            return result
        }
    }

    /// Decrypts what was fed, several records if they fit.
    public func read(into plaintext: UnsafeMutableRawBufferPointer) -> TLSReadResult {
        precondition(!plaintext.isEmpty, "reading needs room")
        if let end = self.end { return end }
        var count = 0
        // With nothing to decrypt the call would only allocate a record buffer and release it.
        while count < plaintext.count && (self.exchange.pointee.hasInput || SSL_has_pending(self.ssl) == 1) {
            ERR_clear_error()
            let room = Int32(clamping: plaintext.count - count)
            let length = SSL_read(self.ssl, plaintext.baseAddress! + count, room)
            self.noteHandshake()
            guard length > 0 else {
                self.end = self.outcome(of: length)
                break
            }
            count += Int(length)
        }
        if count > 0 { return .bytes(count) }
        if self.end == nil && self.isInputEnded { self.end = .failed(.truncated) }
        return self.end ?? .wantsMore
    }

    /// Whether something has come that was not read yet, be it a part of a record.
    public var hasInput: Bool { self.exchange.pointee.hasInput || SSL_has_pending(self.ssl) == 1 }

    /// The connection ended: without close_notify before it, reading then fails as truncated.
    public func endInput() {
        self.isInputEnded = true
    }
}

// MARK: - Writing

extension TLSSession {
    /// Encrypts all of `plaintext` and appends it to `ciphertext`, after what was waiting to be sent.
    ///
    /// Each call makes at least one record: head and first body bytes should come together.
    public func write(_ plaintext: Span<UInt8>, into ciphertext: inout ByteBuffer) -> TLSWriteResult {
        self.drainCiphertext(into: &ciphertext)
        ciphertext.reserve(plaintext.count + (plaintext.count / Self.recordBytes + 1) * Self.recordOverhead)
        return withUnsafeMutablePointer(to: &ciphertext) { sink in
            self.exchange.pointee.sink = sink
            defer { self.exchange.pointee.sink = nil }
            return self.write(plaintext)
        }
    }

    /// Encrypts all of `plaintext`; `drainCiphertext` gives the result. `write(_:into:)` saves a copy.
    public func write(_ plaintext: Span<UInt8>) -> TLSWriteResult {
        if case .failed(let failure)? = self.end { return .failed(failure) }
        guard self.isEstablished else { return .handshaking }
        precondition(!self.isShutDown, "nothing is written after close_notify")
        guard !plaintext.isEmpty else { return .consumed }
        ERR_clear_error()
        let length = plaintext.withUnsafeBytes { SSL_write(self.ssl, $0.baseAddress, Int32($0.count)) }
        guard length == Int32(plaintext.count) else { return self.writeFailed(length) }
        return .consumed
    }

    /// Whether something waits to be sent.
    public var hasCiphertext: Bool { !self.exchange.pointee.output.isEmpty }

    /// Appends what waits to be sent: handshake messages, tickets, alerts.
    public func drainCiphertext(into buffer: inout ByteBuffer) {
        guard self.hasCiphertext else { return }
        self.exchange.pointee.output.withSpan { buffer.append($0) }
        self.exchange.pointee.output.reset(keeping: 0)
    }

    /// Ends our side with close_notify, which then waits to be sent.
    public func shutdown() {
        guard self.isEstablished && !self.isShutDown else { return }
        self.isShutDown = true
        if case .failed? = self.end { return }
        ERR_clear_error()
        SSL_shutdown(self.ssl)
    }

    /// RFC 8446 5.1.
    private static let recordBytes = 16 * 1024
    /// Header, nonce, content type and tag of the largest kind, rounded up.
    private static let recordOverhead = 40

    private func writeFailed(_ length: Int32) -> TLSWriteResult {
        guard case .failed(let failure)? = self.outcome(of: length) else {
            preconditionFailure("writing into memory never waits")
        }
        self.end = .failed(failure)
        return .failed(failure)
    }
}

// MARK: - What was negotiated

extension TLSSession {
    /// Nil until the handshake is finished.
    public var version: TLSVersion? {
        guard self.isEstablished else { return nil }
        return SSL_version(self.ssl) == TLS1_3_VERSION ? .tls13 : .tls12
    }

    /// OpenSSL's name of the cipher.
    public var cipher: String? {
        SSL_get_current_cipher(self.ssl).map { String(cString: SSL_CIPHER_get_name($0)) }
    }

    /// What ALPN chose, if the peer speaks it.
    public var applicationProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(self.ssl, &name, &count)
        return name.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(count)), as: UTF8.self) }
    }

    /// The name that the client asked for.
    public var serverName: String? {
        SSL_get_servername(self.ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
    }

    /// Whether an earlier connection's secrets were used again.
    public var isResumed: Bool { SSL_session_reused(self.ssl) == 1 }
}

// MARK: - Progress and outcomes

extension TLSSession {
    private func advanceHandshake() {
        ERR_clear_error()
        let result = SSL_do_handshake(self.ssl)
        self.noteHandshake()
        if result <= 0 { self.end = self.outcome(of: result) }
    }

    private func noteHandshake() {
        if !self.isEstablished { self.isEstablished = SSL_is_init_finished(self.ssl) == 1 }
    }

    /// What a call that returned `result` means; nil: it only wants more.
    private func outcome(of result: Int32) -> TLSReadResult? {
        switch SSL_get_error(self.ssl, result) {
        case SSL_ERROR_WANT_READ: nil
        case SSL_ERROR_ZERO_RETURN: .closed
        default: .failed(self.failure())
        }
    }

    private func failure() -> TLSFailure {
        let code = ERR_peek_error()
        let verification = SSL_get_verify_result(self.ssl)
        let reason = OpenSSLError.takeReason()
        if ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED && Int32(verification) != X509_V_OK {
            return .certificateRejected(
                reason: String(cString: X509_verify_cert_error_string(verification)),
                fault: CertificateFault(verification: Int32(verification))
            )
        }
        // Alerts are numbered from 1000; what we send ourselves has reasons of its own.
        if ERR_GET_REASON(code) > SSL_AD_REASON_OFFSET { return .refusedByPeer(reason: reason) }
        return .protocolViolated(reason: reason)
    }
}
