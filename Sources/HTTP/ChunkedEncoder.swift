public import Bytes

/// Writes the chunked coding (RFC 9112 7.1): size line, data, line end, and at last the last chunk.
public enum ChunkedEncoder {
    /// The line before `count` bytes of data. `count` must not be zero: that would end the message.
    public static func appendSizeLine(_ count: Int, to buffer: inout ByteBuffer) {
        precondition(count > 0, "a chunk without data ends the message")
        let bits = UInt64.bitWidth - UInt64(count).leadingZeroBitCount
        buffer.append(hexadecimal: UInt64(count), digits: (bits + 3) / 4)
        buffer.append("\r\n")
    }

    /// What follows the data of each chunk.
    @inlinable public static var chunkEnd: StaticString { "\r\n" }

    /// What ends a message without trailers.
    @inlinable public static var lastChunk: StaticString { "0\r\n\r\n" }

    /// What comes before the lines of trailers; an empty line follows them.
    @inlinable public static var trailerStart: StaticString { "0\r\n" }
}
