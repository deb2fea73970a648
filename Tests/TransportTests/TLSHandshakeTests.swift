import Bytes
import COpenSSL
import Testing
import Transport

@Suite("TLS handshakes")
struct TLSHandshakeTests {
    let authority = TestAuthority()

    @Test("agrees on version, protocol and name")
    func tls13() throws {
        let pair = TLSPair(
            server: try .server(self.authority.issue("DNS:example.test")),
            client: try .client(trusting: self.authority)
        )
        #expect(!pair.client.isEstablished && pair.client.version == nil)
        pair.settle()
        #expect(pair.client.isEstablished && pair.server.isEstablished)
        #expect(pair.server.version == .tls13 && pair.client.version == .tls13)
        #expect(pair.server.cipher == "TLS_AES_128_GCM_SHA256")
        #expect(pair.server.applicationProtocol == "http/1.1")
        #expect(pair.server.serverName == "example.test")
    }

    @Test(
        "presents the certificate of the name that is asked for",
        arguments: [
            ("example.test", true), ("api.example.test", true), ("deep.api.example.test", false),
            ("EXAMPLE.TEST", true), ("example.test.", true),
            ("wild.example.test", true), ("other.test", true), ("unknown.test", false),
        ]
    )
    func serverNames(_ name: String, _ isCovered: Bool) throws {
        let server = try TLSContext.server(
            self.authority.issue("DNS:default.test"),
            self.authority.issue("DNS:*.example.test"),
            self.authority.issue("DNS:example.test,DNS:api.example.test"),
            self.authority.issue("DNS:other.test")
        )
        let pair = TLSPair(server: server, client: try .client(trusting: self.authority), host: name)
        pair.settle()
        #expect(pair.client.isEstablished == isCovered)
    }

    @Test("presents the first certificate to a client that names nothing, and verifies an address")
    func address() throws {
        let server = try TLSContext.server(
            self.authority.issue("DNS:example.test,IP:127.0.0.1,IP:::1"),
            self.authority.issue("DNS:other.test")
        )
        for (host, isCovered) in [("127.0.0.1", true), ("::1", true), ("127.0.0.2", false)] {
            let pair = TLSPair(server: server, client: try .client(trusting: self.authority), host: host)
            pair.settle()
            #expect(pair.client.isEstablished == isCovered)
            #expect(pair.server.serverName == nil)
        }
    }

    @Test("uses the server name of the settings instead of the host")
    func configuredName() throws {
        let client = try TLSContext.client(trusting: self.authority) { $0.serverName = "example.test" }
        let pair = TLSPair(
            server: try .server(self.authority.issue("DNS:example.test")),
            client: client,
            host: "10.0.0.1"
        )
        pair.settle()
        #expect(pair.client.isEstablished && pair.server.serverName == "example.test")
    }

    @Test("an authority that is not trusted is rejected, and the server hears it")
    func wrongAuthority() throws {
        let pair = TLSPair(
            server: try .server(self.authority.issue("DNS:example.test")),
            client: try .client(trusting: TestAuthority("Somebody Else"))
        )
        pair.settle()
        let reason = "unable to get local issuer certificate"
        let rejected = TLSFailure.certificateRejected(reason: reason, fault: .unknownAuthority)
        #expect(pair.clientEnd == .failed(rejected))
        guard case .failed(.refusedByPeer(let heard))? = pair.serverEnd else {
            Issue.record("the server did not hear of it: \(String(describing: pair.serverEnd))")
            return
        }
        #expect(heard.contains("unknown ca"))
    }

    @Test("a self-made certificate is rejected by the system's authorities")
    func systemAuthorities() throws {
        let pair = TLSPair(server: try .server(self.authority.issue("DNS:example.test")), client: try .client())
        pair.settle()
        let reason = "unable to get local issuer certificate"
        let rejected = TLSFailure.certificateRejected(reason: reason, fault: .unknownAuthority)
        #expect(pair.clientEnd == .failed(rejected))
    }

    @Test("another name is rejected")
    func wrongName() throws {
        let pair = TLSPair(
            server: try .server(self.authority.issue("DNS:other.test")),
            client: try .client(trusting: self.authority)
        )
        pair.settle()
        let rejected = TLSFailure.certificateRejected(reason: "hostname mismatch", fault: .otherName)
        #expect(pair.clientEnd == .failed(rejected))
        #expect(!pair.client.isEstablished)
    }

    @Test("an expired certificate is rejected")
    func expired() throws {
        let pair = TLSPair(
            server: try .server(self.authority.issue("DNS:example.test", validDays: -30 ... -1)),
            client: try .client(trusting: self.authority)
        )
        pair.settle()
        let rejected = TLSFailure.certificateRejected(reason: "certificate has expired", fault: .expired)
        #expect(pair.clientEnd == .failed(rejected))
    }

    @Test("verifies nothing when told so")
    func unverified() throws {
        let pair = TLSPair(
            server: try .server(self.authority.issue("DNS:other.test", validDays: -30 ... -1)),
            client: try .client { $0.verifies = false }
        )
        pair.settle()
        #expect(pair.client.isEstablished && pair.server.serverName == "example.test")
    }

    @Test("trusts a server's own certificate when it is named as authority")
    func pinned() throws {
        let certificate = self.authority.issue("DNS:example.test")
        let client = try TLSContext.client { $0.authorities = certificate.chain }
        let pair = TLSPair(server: try .server(certificate), client: client)
        pair.settle()
        #expect(pair.client.isEstablished)
    }
}
