import Bytes
import Testing
import Transport

@Suite("TLS transfer")
struct TLSTransferTests {
    let authority = TestAuthority()

    private func pair() throws -> TLSPair {
        TLSPair(
            server: try .server(self.authority.issue("DNS:example.test")),
            client: try .client(trusting: self.authority)
        )
    }

    private static func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    }

    @Test("takes nothing to write before the handshake is finished")
    func earlyWrite() throws {
        let pair = try self.pair()
        #expect(pair.client.write("early".utf8.span) == .handshaking)
        pair.settle()
        #expect(pair.client.write("now".utf8.span) == .consumed)
        pair.settle()
        #expect(pair.serverReceived == Array("now".utf8))
    }

    @Test("carries both directions byte by byte")
    func byteByByte() throws {
        let pair = try self.pair()
        pair.settle(pieceBytes: 1)
        #expect(pair.client.write("request".utf8.span) == .consumed)
        #expect(pair.server.write("response".utf8.span) == .consumed)
        pair.settle(pieceBytes: 1)
        #expect(pair.serverReceived == Array("request".utf8))
        #expect(pair.clientReceived == Array("response".utf8))
    }

    @Test("carries a mebibyte in pieces of any size", arguments: [1000, 16_384, 65_536, .max])
    func mebibyte(_ pieceBytes: Int) throws {
        let pair = try self.pair()
        pair.settle()
        let sent = Self.bytes(1 << 20)
        var ciphertext = ByteBuffer()
        for start in stride(from: 0, to: sent.count, by: 65_536) {
            #expect(pair.server.write(sent.span.extracting(start..<start + 65_536), into: &ciphertext) == .consumed)
        }
        var received: [UInt8] = []
        let all = ciphertext.span.array
        for start in stride(from: 0, to: all.count, by: min(pieceBytes, all.count)) {
            let piece = Array(all[start..<min(all.count, start + min(pieceBytes, all.count))])
            #expect(TLSPair.deliver(piece, to: pair.client, &received) == nil)
        }
        #expect(received == sent)
    }

    @Test("keeps ciphertext while the reader takes no plaintext, and mixes feeding with reading")
    func backPressure() throws {
        let pair = try self.pair()
        pair.settle()
        let sent = Self.bytes(100_000)
        var ciphertext = ByteBuffer()
        #expect(pair.server.write(sent.span, into: &ciphertext) == .consumed)
        let all = ciphertext.span.array
        var plaintext = [UInt8](repeating: 0, count: 10)
        var received: [UInt8] = []
        let first = Array(all[..<50_000])
        pair.client.feed(first.span)
        for piece in [Array(all[50_000..<90_000]), Array(all[90_000...])] {
            let result = plaintext.withUnsafeMutableBytes { pair.client.read(piece.span, into: $0) }
            #expect(result == .bytes(10))
            received += plaintext
        }
        #expect(TLSPair.deliver([], to: pair.client, &received) == nil)
        #expect(received == sent)
    }

    @Test("fills a large buffer from several records at once")
    func severalRecords() throws {
        let pair = try self.pair()
        pair.settle()
        var ciphertext = ByteBuffer()
        for _ in 0..<10 { #expect(pair.server.write(Self.bytes(1000).span, into: &ciphertext) == .consumed) }
        var plaintext = [UInt8](repeating: 0, count: 65_536)
        let result = plaintext.withUnsafeMutableBytes { pair.client.read(ciphertext.span, into: $0) }
        #expect(result == .bytes(10_000))
    }

    @Test("tells a proper end from a truncation")
    func endings() throws {
        let closing = try self.pair()
        closing.settle()
        #expect(closing.server.write("last".utf8.span) == .consumed)
        closing.server.shutdown()
        closing.settle()
        #expect(closing.clientReceived == Array("last".utf8))
        #expect(closing.clientEnd == .closed)
        // Half-closed: the other direction still works.
        #expect(closing.client.write("answer".utf8.span) == .consumed)

        let truncated = try self.pair()
        truncated.settle()
        truncated.client.endInput()
        var received: [UInt8] = []
        #expect(TLSPair.deliver([], to: truncated.client, &received) == .failed(.truncated))
    }

    @Test(
        "garbage fails in words, before and after the handshake",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "http request"),
            ("\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}", "wrong version number"),
        ]
    )
    func garbage(_ text: String, _ reason: String) throws {
        let server = TLSSession(accepting: try .server(self.authority.issue("DNS:example.test")))
        var received: [UInt8] = []
        let expected = TLSReadResult.failed(.protocolViolated(reason: reason))
        #expect(TLSPair.deliver(Array(text.utf8), to: server, &received) == expected)
        #expect(TLSPair.deliver([], to: server, &received) == expected)
        guard case .failed = server.write("x".utf8.span) else {
            Issue.record("a failed session wrote")
            return
        }

        let pair = try self.pair()
        pair.settle()
        guard case .failed(.protocolViolated)? = TLSPair.deliver(Array(text.utf8), to: pair.server, &received) else {
            Issue.record("garbage after the handshake was accepted")
            return
        }
        #expect(received.isEmpty)
    }

    @Test("a changed byte fails the record, and what came before it is delivered")
    func tampered() throws {
        let pair = try self.pair()
        pair.settle()
        var ciphertext = ByteBuffer()
        #expect(pair.server.write("good".utf8.span, into: &ciphertext) == .consumed)
        #expect(pair.server.write("bad".utf8.span, into: &ciphertext) == .consumed)
        var bytes = ciphertext.span.array
        bytes[bytes.count - 1] ^= 1
        var received: [UInt8] = []
        let end = TLSPair.deliver(bytes, to: pair.client, &received)
        #expect(received == Array("good".utf8))
        #expect(end == .failed(.protocolViolated(reason: "decryption failed or bad record mac")))
    }

    @Test("a first message with any one byte changed never crashes and never establishes a session alone")
    func damagedHello() throws {
        let server = try TLSContext.server(self.authority.issue("DNS:example.test"))
        let client = TLSSession(connecting: try .client(trusting: self.authority), to: "example.test")
        var hello = ByteBuffer()
        client.drainCiphertext(into: &hello)
        for position in 0..<hello.count {
            var bytes = hello.span.array
            bytes[position] ^= 0xff
            let session = TLSSession(accepting: server)
            var received: [UInt8] = []
            _ = TLSPair.deliver(bytes, to: session, &received)
            #expect(!session.isEstablished && received.isEmpty)
        }
    }
}
