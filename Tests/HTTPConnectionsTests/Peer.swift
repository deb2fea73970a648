import Bytes
import Glibc

/// The other end of a connection, in the test's hands. It never waits.
final class Peer {
    let descriptor: Int32
    private(set) var hasEnded = false
    private var isClosed = false

    /// A pair of connected sockets: one for the connection under test, one for the test.
    static func pair() -> (connection: Int32, peer: Peer) {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        precondition(socketpair(AF_UNIX, kind, 0, &ends) == 0, "no sockets are left")
        // Little room on the way, so that a peer that does not read is soon noticed.
        var bytes: Int32 = 16 * 1024
        setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        return (ends[0], Peer(descriptor: ends[1]))
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { self.close() }

    func send(_ text: String) {
        let bytes = [UInt8](text.utf8)
        let sent = Glibc.send(self.descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        precondition(sent == bytes.count, "the kernel takes what a test sends")
    }

    /// What is at hand now, `maximum` bytes at the most.
    func received(_ maximum: Int = .max) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(maximum, 65536))
        while bytes.count < maximum {
            let count = recv(self.descriptor, &buffer, min(buffer.count, maximum - bytes.count), 0)
            if count <= 0 {
                self.hasEnded = self.hasEnded || count == 0
                break
            }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Closes in order: with something unread the system would reset the connection.
    func hangUp() {
        _ = self.received()
        self.close()
    }

    func endSending() { shutdown(self.descriptor, Int32(SHUT_WR)) }

    func close() {
        guard !self.isClosed else { return }
        self.isClosed = true
        Glibc.close(self.descriptor)
    }
}
