import Transport

// `tls` of listeners, upstreams and issuers, and the files that it names.

extension PolicyReader {
    func serverTLS(_ field: PolicyField) -> ServerTLSSettings? {
        guard let section = self.section(field) else { return nil }
        let certificates = section.required("certificates") { self.list($0, self.certificate) }
        var settings = ServerTLSSettings(certificates: certificates ?? [])
        section.read("minimum", into: &settings.minimum) { self.word($0, ["1.2": .tls12, "1.3": .tls13]) }
        section.read("hsts", into: &settings.strictTransportSecurity) { self.seconds($0) }
        section.unsupported("client")
        section.finish()
        guard !settings.certificates.isEmpty else { return nil }
        self.check(field) { () throws(TLSProblem) in try TLSContext(server: settings, ticketKeys: TLSTicketKeys()) }
        return settings
    }

    /// One of `certificates`.
    private func certificate(_ field: PolicyField) -> CertificateSettings? {
        guard let section = self.section(field) else { return nil }
        let certificate = self.certificate(section)
        section.finish()
        return certificate
    }

    /// `certificate` and `key` side by side.
    private func certificate(_ section: Section) -> CertificateSettings? {
        let chainFile = section.required("certificate") { field in self.certificateText(field).map { (field, $0) } }
        let keyFile = section.required("key") { field in self.keyText(field).map { (field, $0) } }
        guard let (chainField, chain) = chainFile, let (keyField, key) = keyFile else { return nil }
        let file = self.located(chainField.scalar?.text ?? "")
        let settings = CertificateSettings(chain: chain, key: key, chainFile: file)
        return self.check(settings, chainField, keyField) ? settings : nil
    }

    func clientTLS(_ field: PolicyField) -> ClientTLSSettings? {
        guard let section = self.section(field) else { return nil }
        var settings = ClientTLSSettings()
        section.read("ca", into: &settings.authorities, self.certificateText)
        if section.field("certificate") != nil || section.field("key") != nil {
            settings.certificate = self.certificate(section)
        }
        section.read("server_name", into: &settings.serverName, self.serverName)
        section.read("verify", into: &settings.verifies, self.bool)
        if !settings.verifies, let field = section.field("verify") {
            self.warning(field, "anybody between here and the server can pose as it")
        }
        section.finish()
        self.check(section.field("ca") ?? field) { () throws(TLSProblem) in try TLSContext(client: settings) }
        return settings
    }

    /// `tls: {ca: …}` of an issuer. Its verification cannot be turned off.
    func authorities(_ field: PolicyField) -> String? {
        guard let section = self.section(field) else { return nil }
        var settings = ClientTLSSettings()
        settings.authorities = section.required("ca", self.certificateText)
        section.finish()
        self.check(section.field("ca") ?? field) { () throws(TLSProblem) in try TLSContext(client: settings) }
        return settings.authorities
    }

    private func serverName(_ field: PolicyField) -> String? {
        self.parsed(field, "the name of a host") { PolicyURL.isHost($0.lowercased()) ? $0.lowercased() : nil }
    }
}
