import COpenSSL

/// What all TLS connections of a listener, or to an upstream, have in common: certificates, authorities, versions.
///
/// One per worker, so that two threads never count references of the same object.
/// `@unchecked Sendable`: nothing changes after the initialiser, and OpenSSL's contexts lock what they share.
public final class TLSContext: @unchecked Sendable {
    enum Role {
        case server
        case client(verifies: Bool, serverName: String?)
    }

    let role: Role
    private let certificates: [TLSCertificate]
    /// One per certificate; the first is the default, and the only one of a client.
    private let handles: [OpaquePointer]
    /// ALPN's list as it is on the wire.
    private let protocols: UnsafeMutableBufferPointer<UInt8>

    /// For accepting connections.
    public init(
        server settings: ServerTLSSettings,
        ticketKeys: TLSTicketKeys,
        protocols: [StaticString] = ["http/1.1"]
    ) throws(TLSProblem) {
        guard !settings.certificates.isEmpty else { throw .noCertificate }
        var certificates: [TLSCertificate] = []
        for certificate in settings.certificates { certificates.append(try TLSCertificate(certificate)) }
        self.role = .server
        self.certificates = certificates
        self.protocols = Self.protocolList(protocols)
        self.handles = certificates.map { _ in SSL_CTX_new(TLS_server_method()) }
        for (handle, certificate) in zip(self.handles, certificates) {
            Self.configure(handle, minimum: settings.minimum)
            try Self.configureServer(handle, ticketKeys)
            try certificate.install(in: handle)
            self.setCallbacks(handle)
        }
    }

    /// For making connections.
    public init(
        client settings: ClientTLSSettings,
        protocols: [StaticString] = ["http/1.1"]
    ) throws(TLSProblem) {
        self.role = .client(verifies: settings.verifies, serverName: settings.serverName)
        var certificates: [TLSCertificate] = []
        if let certificate = settings.certificate { certificates = [try TLSCertificate(certificate)] }
        self.certificates = certificates
        self.protocols = Self.protocolList(protocols)
        let handle: OpaquePointer = SSL_CTX_new(TLS_client_method())
        self.handles = [handle]
        Self.configure(handle, minimum: .tls12)
        for certificate in certificates { try certificate.install(in: handle) }
        SSL_CTX_set_alpn_protos(handle, self.protocols.baseAddress, UInt32(self.protocols.count))
        SSL_CTX_set_verify(handle, settings.verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        try Self.trust(settings, in: handle)
    }

    deinit {
        for handle in self.handles { SSL_CTX_free(handle) }
        self.protocols.deallocate()
    }

    /// A new connection's OpenSSL object, which the caller frees.
    func makeHandle() -> OpaquePointer {
        guard let ssl = SSL_new(self.handles[0]) else { preconditionFailure("OpenSSL is out of memory") }
        return ssl
    }
}

// MARK: - Certificates by name

extension TLSContext {
    /// An exact name goes before a wildcard, and an earlier certificate before a later one.
    private func handle(for name: String) -> OpaquePointer? {
        for allowingWildcards in [false, true] {
            for (certificate, handle) in zip(self.certificates, self.handles)
            where certificate.covers(name, allowingWildcards: allowingWildcards) {
                return handle
            }
        }
        return nil
    }

    /// The callbacks borrow this object: a session holds it for as long as OpenSSL may call.
    private func setCallbacks(_ handle: OpaquePointer) {
        let borrowed = Unmanaged.passUnretained(self).toOpaque()
        if self.handles.count > 1 {
            gatehouse_tls_set_server_name_callback(
                handle,
                { ssl, _, argument in
                    let context = Unmanaged<TLSContext>.fromOpaque(argument!).takeUnretainedValue()
                    return context.chooseCertificate(ssl!)
                },
                borrowed
            )
        }
        SSL_CTX_set_alpn_select_cb(
            handle,
            { _, selected, count, offered, offeredCount, argument in
                let context = Unmanaged<TLSContext>.fromOpaque(argument!).takeUnretainedValue()
                return context.chooseProtocol(selected!, count!, offered!, offeredCount)
            },
            borrowed
        )
    }

    private func chooseCertificate(_ ssl: OpaquePointer) -> Int32 {
        if let name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name),
            let handle = self.handle(for: String(cString: name))
        {
            SSL_set_SSL_CTX(ssl, handle)
        }
        return SSL_TLSEXT_ERR_OK
    }

    /// RFC 7301 3.2: nothing in common ends the handshake.
    private func chooseProtocol(
        _ selected: UnsafeMutablePointer<UnsafePointer<UInt8>?>,
        _ count: UnsafeMutablePointer<UInt8>,
        _ offered: UnsafePointer<UInt8>,
        _ offeredCount: UInt32
    ) -> Int32 {
        var choice: UnsafeMutablePointer<UInt8>?
        let outcome = SSL_select_next_proto(
            &choice,
            count,
            self.protocols.baseAddress,
            UInt32(self.protocols.count),
            offered,
            offeredCount
        )
        guard outcome == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        selected.pointee = UnsafePointer(choice)
        return SSL_TLSEXT_ERR_OK
    }

    private static func protocolList(_ names: [StaticString]) -> UnsafeMutableBufferPointer<UInt8> {
        var list: [UInt8] = []
        for name in names {
            list.append(UInt8(name.utf8CodeUnitCount))
            list += UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        }
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: list.count)
        _ = memory.initialize(from: list)
        return memory
    }
}
