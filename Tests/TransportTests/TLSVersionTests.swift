import Bytes
import COpenSSL
import Testing
import Transport

/// A bare OpenSSL client, for what ours does not do: old versions, other protocols, resumption.
final class BareClient {
    let ssl: OpaquePointer
    private let context: OpaquePointer

    init(_ configure: (OpaquePointer) -> Void) {
        self.context = SSL_CTX_new(TLS_client_method())
        configure(self.context)
        self.ssl = SSL_new(self.context)
        SSL_set_bio(self.ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()))
        SSL_set_connect_state(self.ssl)
    }

    deinit {
        SSL_free(self.ssl)
        SSL_CTX_free(self.context)
    }

    /// Talks with `server` until nobody has more to say; returns how the server ended, if it did.
    func settle(with server: TLSSession) -> TLSReadResult? {
        var end: TLSReadResult?
        var received: [UInt8] = []
        var byte: UInt8 = 0
        repeat {
            SSL_read(self.ssl, &byte, 1)
            var up = [UInt8](repeating: 0, count: BIO_ctrl_pending(SSL_get_wbio(self.ssl)))
            if !up.isEmpty { BIO_read(SSL_get_wbio(self.ssl), &up, Int32(up.count)) }
            end = TLSPair.deliver(up, to: server, &received) ?? end
            var down = ByteBuffer()
            server.drainCiphertext(into: &down)
            let bytes = down.span.array
            if !bytes.isEmpty { BIO_write(SSL_get_rbio(self.ssl), bytes, Int32(bytes.count)) }
        } while BIO_ctrl_pending(SSL_get_rbio(self.ssl)) > 0
        return end
    }
}

@Suite("TLS versions and resumption")
struct TLSVersionTests {
    let authority = TestAuthority()

    private static func limit(_ context: OpaquePointer, to version: Int32) {
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version), nil)
        // Below 1.2 OpenSSL itself refuses at its usual level.
        SSL_CTX_set_security_level(context, 0)
    }

    @Test("speaks 1.2 with a client that knows no better")
    func tls12() throws {
        let server = TLSSession(accepting: try .server(self.authority.issue("DNS:example.test")))
        let client = BareClient { Self.limit($0, to: TLS1_2_VERSION) }
        #expect(client.settle(with: server) == nil)
        #expect(server.isEstablished && server.version == .tls12)
        #expect(server.cipher == "ECDHE-ECDSA-AES128-GCM-SHA256")
        #expect(server.applicationProtocol == nil)
    }

    @Test(
        "refuses versions below the minimum",
        arguments: [(TLS1_1_VERSION, TLSVersion.tls12), (TLS1_2_VERSION, .tls13)]
    )
    func minimum(_ version: Int32, _ minimum: TLSVersion) throws {
        let server = TLSSession(accepting: try .server(self.authority.issue("DNS:example.test"), minimum: minimum))
        let client = BareClient { Self.limit($0, to: version) }
        #expect(client.settle(with: server) == .failed(.protocolViolated(reason: "unsupported protocol")))
        #expect(!server.isEstablished)
    }

    @Test("refuses a client that only offers other protocols")
    func otherProtocols() throws {
        let server = TLSSession(accepting: try .server(self.authority.issue("DNS:example.test")))
        let client = BareClient { SSL_CTX_set_alpn_protos($0, [2, 0x68, 0x32], 3) }
        #expect(client.settle(with: server) == .failed(.protocolViolated(reason: "no application protocol")))
    }

    @Test("refuses renegotiation")
    func renegotiation() throws {
        let server = TLSSession(accepting: try .server(self.authority.issue("DNS:example.test")))
        let client = BareClient { Self.limit($0, to: TLS1_2_VERSION) }
        _ = client.settle(with: server)
        SSL_renegotiate(client.ssl)
        _ = client.settle(with: server)
        // The alert no_renegotiation ended this client; one that was heard would wait for more.
        var byte: UInt8 = 0
        ERR_clear_error()
        #expect(SSL_get_error(client.ssl, SSL_read(client.ssl, &byte, 1)) != SSL_ERROR_WANT_READ)
        #expect(server.isEstablished)
    }

    @Test("resumes on another worker with the same ticket keys, and not with others", arguments: [true, false])
    func resumption(_ sharesKeys: Bool) throws {
        let settings = ServerTLSSettings(certificates: [self.authority.issue("DNS:example.test")])
        let keys = TLSTicketKeys()
        for version in [TLS1_2_VERSION, TLS1_3_VERSION] {
            let first = TLSSession(accepting: try TLSContext(server: settings, ticketKeys: keys))
            let client = BareClient { Self.limit($0, to: version) }
            _ = client.settle(with: first)
            let session = SSL_get1_session(client.ssl)
            defer { SSL_SESSION_free(session) }

            let otherKeys = sharesKeys ? keys : TLSTicketKeys()
            let second = TLSSession(accepting: try TLSContext(server: settings, ticketKeys: otherKeys))
            let again = BareClient { Self.limit($0, to: version) }
            SSL_set_session(again.ssl, session)
            #expect(again.settle(with: second) == nil)
            #expect(second.isEstablished && second.isResumed == sharesKeys)
        }
    }
}
