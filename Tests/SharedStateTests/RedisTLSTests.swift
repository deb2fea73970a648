import Foundation
import Testing

@testable import SharedState

@Suite("The client of the shared state, over TLS", .serialized)
struct RedisTLSTests {
    /// A server with a certificate for `names`, and the certificate.
    private static func server(for names: String) throws -> (RedisServer, String) {
        let server = try RedisServer()
        let (key, certificate) = ("\(server.directory.path)/key.pem", "\(server.directory.path)/certificate.pem")
        let tool = Process()
        tool.executableURL = URL(filePath: "/usr/bin/openssl")
        tool.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
            "-subj", "/CN=redis", "-addext", "subjectAltName=\(names)", "-keyout", key, "-out", certificate,
        ]
        tool.standardError = FileHandle.nullDevice
        try tool.run()
        tool.waitUntilExit()
        try #require(tool.terminationStatus == 0, "openssl could not make a certificate")
        server.arguments = [
            "--bind", "127.0.0.1", "--port", "0", "--tls-port", "\(server.port)", "--tls-cert-file", certificate,
            "--tls-key-file", key, "--tls-auth-clients", "no", "--save", "", "--dir", server.directory.path,
        ]
        try server.start()
        return (server, try String(contentsOfFile: certificate, encoding: .utf8))
    }

    private static func settings(_ server: RedisServer, authorities: String?) throws -> StateSettings {
        var settings = try StateSettings(url: "rediss://127.0.0.1:\(server.port)/1")
        settings.tls.authorities = authorities
        return settings
    }

    @Test("keeps and gives back what is larger than a record")
    func values() throws {
        let (server, certificate) = try Self.server(for: "IP:127.0.0.1")
        let bench = StateBench()
        defer { bench.close() }
        try bench.connect(Self.settings(server, authorities: certificate))
        try #require(bench.run { bench.client.isReady })
        let value = [UInt8](repeating: 0x78, count: 1024 * 1024)
        let outcomes = try bench.ask([RedisCommand("SET", .key([1]), .bytes(value)), RedisCommand("GET", .key([1]))])
        #expect(outcomes == [.success(.status("OK")), .success(.bytes(value))])
        #expect(try bench.ask(RedisCommand("PING")) == .success(.status("PONG")))
    }

    @Test("says nothing to a server that nobody vouches for, or with another name", arguments: [true, false])
    func untrusted(_ isKnown: Bool) throws {
        let (server, certificate) = try Self.server(for: isKnown ? "DNS:other.example" : "IP:127.0.0.1")
        let good = StateBench(), bench = StateBench()
        defer {
            good.close()
            bench.close()
        }
        // The server is up when somebody who asks for no certificate can talk to it.
        var settings = try Self.settings(server, authorities: nil)
        settings.tls.verifies = false
        try good.connect(settings)
        try #require(good.run { good.client.isReady })

        try bench.connect(Self.settings(server, authorities: isKnown ? certificate : nil))
        #expect(try bench.ask(RedisCommand("PING")) == .failure(.unavailable))
        #expect(!bench.client.isReady)
    }
}
