import COpenSSL

/// The secrets that session tickets are sealed with. All workers of a process share them, or resumption would only work
/// on the worker that made the ticket; a restart makes new ones.
public struct TLSTicketKeys: Sendable {
    /// A name, a MAC key and an encryption key, as OpenSSL takes them.
    static let size = 80

    fileprivate let bytes: [UInt8]

    public init() {
        var bytes = [UInt8](repeating: 0, count: Self.size)
        precondition(RAND_bytes(&bytes, Int32(bytes.count)) == 1, "no randomness")
        self.bytes = bytes
    }
}

extension TLSContext {
    /// What server and client have in common.
    static func configure(_ handle: OpaquePointer, minimum: TLSVersion) {
        gatehouse_tls_set_minimum_version(handle, minimum == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION)
        // An idle connection then keeps no record buffers, which are 34 KiB.
        gatehouse_tls_set_mode(handle, Int(SSL_MODE_RELEASE_BUFFERS))
        gatehouse_tls_disable_session_cache(handle)
        gatehouse_tls_refuse_renegotiation(handle)
        gatehouse_tls_set_groups(handle, "X25519:P-256:P-384")
    }

    static func configureServer(_ handle: OpaquePointer, _ ticketKeys: TLSTicketKeys) throws(TLSProblem) {
        ERR_clear_error()
        // A client without AES in hardware lists ChaCha20 first, and gets it.
        gatehouse_tls_prefer_server_ciphers(handle)
        let suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
        // Forward secrecy and authenticated encryption alone; AES-128 before AES-256, because it is faster.
        let ciphers = "ECDHE+AESGCM+AES128:ECDHE+AESGCM:ECDHE+CHACHA20"
        var keys = ticketKeys.bytes
        let isConfigured =
            SSL_CTX_set_ciphersuites(handle, suites) == 1 && SSL_CTX_set_cipher_list(handle, ciphers) == 1
            && gatehouse_tls_set_ticket_keys(handle, &keys, keys.count) == 1
            // RFC 8446 4.6.1: one ticket is enough for a client that resumes one connection at a time.
            && SSL_CTX_set_num_tickets(handle, 1) == 1
            && SSL_CTX_set_session_id_context(handle, "gatehouse", 9) == 1
        guard isConfigured else { throw .library(reason: OpenSSLError.takeReason()) }
    }

    /// Own authorities replace the system's.
    static func trust(_ settings: ClientTLSSettings, in handle: OpaquePointer) throws(TLSProblem) {
        guard settings.verifies else { return }
        guard let text = settings.authorities else {
            SSL_CTX_set_default_verify_paths(handle)
            return
        }
        let authorities = PEM.certificates(text)
        guard !authorities.isEmpty else { throw .unreadableAuthorities(reason: OpenSSLError.takeReason()) }
        let store = SSL_CTX_get_cert_store(handle)
        for authority in authorities {
            X509_STORE_add_cert(store, authority)
            X509_free(authority)
        }
        // Who names an intermediate, or a server's own certificate, means to trust exactly that.
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
    }
}
