import Bytes
import Glibc

/// Writes whole batches of lines to a descriptor, waiting for its reader.
struct DescriptorOutput: ~Copyable {
    private let fileDescriptor: Int32
    /// A write failed inside a line: the next line must not be glued to the torn one.
    private var isInsideLine = false

    init(fileDescriptor: Int32) { self.fileDescriptor = fileDescriptor }

    /// Returns how many lines were lost because the reader is gone or the disk is full.
    mutating func write(_ bytes: Span<UInt8>) -> Int {
        if self.isInsideLine && self.writeAll([0x0a].span) == 1 { self.isInsideLine = false }
        let written = self.writeAll(bytes)
        guard written < bytes.count else { return 0 }
        if written > 0 { self.isInsideLine = bytes[written - 1] != 0x0a }
        return Self.lines(bytes.extracting(written...))
    }

    /// Returns how many bytes the descriptor took before it failed.
    private func writeAll(_ bytes: Span<UInt8>) -> Int {
        bytes.withUnsafeBytes { bytes in
            var position = 0
            while position < bytes.count {
                let count = Glibc.write(self.fileDescriptor, bytes.baseAddress! + position, bytes.count - position)
                if count >= 0 {
                    position += count
                } else if errno == EAGAIN || errno == EWOULDBLOCK {
                    // Somebody else made the shared description non-blocking; it must be waited for by hand.
                    var interest = pollfd(fd: self.fileDescriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&interest, 1, -1)
                } else if errno != EINTR {
                    return position
                }
            }
            return position
        }
    }

    private static func lines(_ bytes: Span<UInt8>) -> Int {
        var count = 0
        for index in 0..<bytes.count where bytes[index] == 0x0a { count += 1 }
        return count
    }
}
