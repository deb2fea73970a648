import Bytes
import HTTP
import Policy
import Transport

/// One listener on one worker, as the stages see it.
final class ListenerState {
    let settings: ListenerSettings
    let port: UInt16
    let scheme: StaticString
    let forwardedProtoLine: [UInt8]
    let forwardedPortLine: [UInt8]
    /// Empty when none is sent.
    let strictTransportLine: [UInt8]
    let tls: TLSContext?
    private let trusted: [Network]
    private let trustsUnix: Bool

    /// `tls` is there when the settings ask for it.
    init(_ settings: ListenerSettings, port: UInt16, tls: TLSContext?) {
        self.settings = settings
        self.port = port
        let isSecure = settings.tls != nil
        self.scheme = isSecure ? "https" : "http"
        self.forwardedProtoLine = [UInt8]("X-Forwarded-Proto: \(self.scheme)\r\n".utf8)
        let shown = port == 0 ? (isSecure ? 443 : 80) : port
        self.forwardedPortLine = [UInt8]("X-Forwarded-Port: \(shown)\r\n".utf8)
        self.strictTransportLine = [UInt8](
            settings.tls?.strictTransportSecurity.map { "Strict-Transport-Security: max-age=\($0)\r\n" }?.utf8
                ?? "".utf8
        )
        self.tls = tls
        self.trusted = settings.trustedProxies
        self.trustsUnix = settings.trustsUnixPeers
    }

    /// Whether the forwarding headers of a peer are believed; nil is a peer on a Unix socket.
    @inline(__always)
    func trusts(_ peer: IPAddress?) -> Bool {
        if self.trusted.isEmpty && !self.trustsUnix { return false }
        guard let peer else { return self.trustsUnix }
        return self.trusted.contains { $0.contains(peer) }
    }

    func client(behind peer: IPAddress?, _ fields: borrowing FieldSection, _ bytes: Span<UInt8>) -> IPAddress? {
        // A peer on a Unix socket has no address; the last one in the chain stands for it.
        var chain = ForwardedChain(peer: peer ?? IPAddress(high: 0, low: 1), isPeerTrusted: true)
        for index in stride(from: fields.count - 1, through: 0, by: -1) where fields[index].id == .xForwardedFor {
            chain.walk(bytes.bytes(fields[index].value), trusted: self.trusted)
        }
        return chain.client
    }
}
