import COpenSSL
import Testing
import Transport

@Suite("TLS problems")
struct TLSProblemTests {
    let authority = TestAuthority()

    @Test("a sound certificate has none")
    func sound() {
        #expect(self.authority.issue("DNS:example.test").problems.isEmpty)
    }

    @Test("names a certificate and a key that cannot be read")
    func unreadable() {
        var settings = self.authority.issue("DNS:example.test")
        settings.chain = "not PEM"
        #expect(settings.problems == [.unreadableCertificate(file: "server.crt", reason: "no start line")])
        settings = self.authority.issue("DNS:example.test")
        settings.key = ""
        guard case .unreadableKey(certificateFile: "server.crt", _)? = settings.problems.first else {
            Issue.record("an empty key was accepted: \(settings.problems)")
            return
        }
    }

    @Test("an encrypted key is refused without asking anybody for its passphrase")
    func encrypted() {
        var settings = self.authority.issue("DNS:example.test")
        settings.key = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiBWz4dPLyCqgICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEHoXnnDC4e4wMeHUBUZ4KYkEgZA=
            -----END ENCRYPTED PRIVATE KEY-----
            """
        guard case .unreadableKey? = settings.problems.first else {
            Issue.record("an encrypted key was accepted: \(settings.problems)")
            return
        }
    }

    @Test("names a key that is another certificate's")
    func mismatch() {
        var settings = self.authority.issue("DNS:example.test")
        settings.key = self.authority.issue("DNS:example.test").key
        #expect(settings.problems == [.keyMismatch(certificateFile: "server.crt")])
        #expect(throws: TLSProblem.keyMismatch(certificateFile: "server.crt")) {
            try TLSContext.server(settings)
        }
    }

    @Test("dates worry but do not stop")
    func dates() throws {
        let expired = self.authority.issue("DNS:example.test", validDays: -30 ... -1)
        let future = self.authority.issue("DNS:example.test", validDays: 2...3)
        guard case .expired? = expired.problems.first, case .notYetValid? = future.problems.first else {
            Issue.record("wrong dates were accepted")
            return
        }
        #expect(!expired.problems[0].isFatal && !future.problems[0].isFatal)
        #expect("\(expired.problems[0])".hasPrefix("the certificate server.crt expired on 20"))
        _ = try TLSContext.server(expired)
    }

    @Test("authorities that hold no certificate are refused")
    func authorities() {
        #expect(throws: TLSProblem.unreadableAuthorities(reason: "no start line")) {
            try TLSContext.client { $0.authorities = "nothing" }
        }
    }

    @Test("a server needs a certificate")
    func none() {
        #expect(throws: TLSProblem.noCertificate) {
            try TLSContext(server: ServerTLSSettings(certificates: []), ticketKeys: TLSTicketKeys())
        }
    }
}
