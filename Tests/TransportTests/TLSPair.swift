import Bytes
import Transport

/// A client and a server session that talk through buffers in memory.
final class TLSPair {
    let client: TLSSession
    let server: TLSSession
    /// Results other than bytes and waiting, as they came.
    private(set) var clientEnd: TLSReadResult?
    private(set) var serverEnd: TLSReadResult?
    private(set) var clientReceived: [UInt8] = []
    private(set) var serverReceived: [UInt8] = []

    init(server: TLSContext, client: TLSContext, host: String = "example.test") {
        self.server = TLSSession(accepting: server)
        self.client = TLSSession(connecting: client, to: host)
    }

    /// Exchanges ciphertext until nobody has more to say, in pieces of at most `pieceBytes`.
    func settle(pieceBytes: Int = .max) {
        while self.client.hasCiphertext || self.server.hasCiphertext {
            let (up, down) = (self.drain(self.client), self.drain(self.server))
            for piece in Self.pieces(up, pieceBytes) {
                if let end = Self.deliver(piece, to: self.server, &self.serverReceived) { self.serverEnd = end }
            }
            for piece in Self.pieces(down, pieceBytes) {
                if let end = Self.deliver(piece, to: self.client, &self.clientReceived) { self.clientEnd = end }
            }
        }
    }

    func drain(_ session: TLSSession) -> [UInt8] {
        var buffer = ByteBuffer()
        session.drainCiphertext(into: &buffer)
        return buffer.span.array
    }

    /// Reads all that `ciphertext` brings; returns the end if it brought one.
    static func deliver(_ ciphertext: [UInt8], to session: TLSSession, _ received: inout [UInt8]) -> TLSReadResult? {
        var plaintext = [UInt8](repeating: 0, count: 3000)
        var result = plaintext.withUnsafeMutableBytes { session.read(ciphertext.span, into: $0) }
        while case .bytes(let count) = result {
            received += plaintext[..<count]
            result = plaintext.withUnsafeMutableBytes { session.read(into: $0) }
        }
        return result == .wantsMore ? nil : result
    }

    private static func pieces(_ bytes: [UInt8], _ size: Int) -> [[UInt8]] {
        guard bytes.count > size else { return [bytes] }
        return stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }
}

extension TLSContext {
    /// A server with `certificates`, the first one the default.
    static func server(_ certificates: CertificateSettings..., minimum: TLSVersion = .tls12) throws -> TLSContext {
        var settings = ServerTLSSettings(certificates: certificates)
        settings.minimum = minimum
        return try TLSContext(server: settings, ticketKeys: TLSTicketKeys())
    }

    /// A client that trusts `authority`, or the system's authorities.
    static func client(
        trusting authority: TestAuthority? = nil,
        _ change: (inout ClientTLSSettings) -> Void = { _ in }
    ) throws -> TLSContext {
        var settings = ClientTLSSettings()
        settings.authorities = authority?.pem
        change(&settings)
        return try TLSContext(client: settings)
    }
}
