import Bytes
import HTTP

/// `X-Forwarded-For -Proto -Host -Port`: where a request came from. `peer` is the sender's address, empty behind a Unix
/// socket.
enum ForwardingHeaders {
    /// Appends what the gateway itself knows: an untrusted peer has no say. `host` may be empty.
    @inline(__always)
    static func append(peer: [UInt8], host: Span<UInt8>, listener: ListenerState, to lines: inout ByteBuffer) {
        if !peer.isEmpty {
            lines.append("X-Forwarded-For: ")
            lines.append(peer)
            lines.append("\r\n")
        }
        lines.append(listener.forwardedProtoLine)
        self.appendHost(host, to: &lines)
        lines.append(listener.forwardedPortLine)
    }

    /// Appends what a trusted peer has not said; the rest is among its fields. Its chain, all lines of it in one, gets the
    /// peer itself as the last.
    static func appendMissing(
        _ head: borrowing RequestHead,
        _ bytes: Span<UInt8>,
        peer: [UInt8],
        listener: ListenerState,
        to lines: inout ByteBuffer
    ) {
        self.appendChain(head, bytes, peer, to: &lines)
        if !head.fields.contains(.xForwardedProto) { lines.append(listener.forwardedProtoLine) }
        if !head.fields.contains(.xForwardedHost) { self.appendHost(bytes.bytes(head.host), to: &lines) }
        if !head.fields.contains(.xForwardedPort) { lines.append(listener.forwardedPortLine) }
    }

    private static func appendChain(
        _ head: borrowing RequestHead,
        _ bytes: Span<UInt8>,
        _ peer: [UInt8],
        to lines: inout ByteBuffer
    ) {
        var isFirst = true
        var next = head.fields.firstIndex(of: .xForwardedFor)
        while let index = next {
            lines.append(isFirst ? "X-Forwarded-For: " : ", ")
            lines.append(bytes.bytes(head.fields[index].value))
            isFirst = false
            next = head.fields.index(of: .xForwardedFor, after: index)
        }
        if !peer.isEmpty {
            lines.append(isFirst ? "X-Forwarded-For: " : ", ")
            lines.append(peer)
            isFirst = false
        }
        if !isFirst { lines.append("\r\n") }
    }

    @inline(__always)
    private static func appendHost(_ host: Span<UInt8>, to lines: inout ByteBuffer) {
        guard !host.isEmpty else { return }
        lines.append("X-Forwarded-Host: ")
        lines.append(host)
        lines.append("\r\n")
    }
}
