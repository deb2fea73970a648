import Bytes
import Glibc

/// What `write` appends to an empty buffer, as text.
func text(_ write: (inout ByteBuffer) -> Void) -> String {
    var buffer = ByteBuffer()
    write(&buffer)
    return buffer.span.string
}

/// Both ends of a pipe; closed at the end of the test.
struct Pipe: ~Copyable {
    let reader: Int32
    let writer: Int32

    init() {
        var ends: (Int32, Int32) = (0, 0)
        let failure = withUnsafeMutableBytes(of: &ends) { pipe($0.baseAddress!.assumingMemoryBound(to: Int32.self)) }
        precondition(failure == 0, "no pipe could be made")
        (self.reader, self.writer) = ends
    }

    /// Reads until the other end is closed or `count` bytes have come.
    func read(upTo count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count < count {
            let length = Glibc.read(self.reader, &chunk, min(chunk.count, count - bytes.count))
            guard length > 0 else { break }
            bytes += chunk[..<length]
        }
        return bytes
    }

    /// Reads what is there, without waiting.
    func drain() {
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        var interest = pollfd(fd: self.reader, events: Int16(POLLIN), revents: 0)
        while poll(&interest, 1, 0) > 0, Glibc.read(self.reader, &chunk, chunk.count) > 0 {}
    }

    /// Writes until nothing more fits, so that the next one who writes waits. Returns how many bytes that were.
    func fill() -> Int {
        let flags = fcntl(self.writer, F_GETFL)
        _ = fcntl(self.writer, F_SETFL, flags | O_NONBLOCK)
        defer { _ = fcntl(self.writer, F_SETFL, flags) }
        let chunk = [UInt8](repeating: 0x2e, count: 4096)
        var count = 0
        while case let length = write(self.writer, chunk, chunk.count), length > 0 { count += length }
        return count
    }

    deinit {
        close(self.reader)
        close(self.writer)
    }
}
