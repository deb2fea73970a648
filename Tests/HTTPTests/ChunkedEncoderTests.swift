import Bytes
import HTTP
import Testing

@Suite("The chunked encoder")
struct ChunkedEncoderTests {
    @Test(
        "writes sizes as the decoder reads them",
        arguments: [
            (1, "1"), (15, "f"), (16, "10"), (255, "ff"), (256, "100"), (65536, "10000"), (Int.max, "7fffffffffffffff"),
        ]
    )
    func size(_ count: Int, _ digits: String) {
        var buffer = ByteBuffer()
        ChunkedEncoder.appendSizeLine(count, to: &buffer)
        #expect(text(buffer.span.array) == digits + "\r\n")
    }

    @Test("makes a message that the decoder reads", arguments: [0, 1, 3])
    func message(_ chunks: Int) {
        var buffer = ByteBuffer()
        for _ in 0..<chunks {
            ChunkedEncoder.appendSizeLine(3, to: &buffer)
            buffer.append("abc")
            buffer.append(ChunkedEncoder.chunkEnd)
        }
        buffer.append(ChunkedEncoder.lastChunk)
        var decoder = ChunkedDecoder(limits: HeadLimits())
        var position = 0
        let event = decoder.relay(buffer.span, at: &position)
        let count = buffer.count
        #expect(event == .bytes(0..<count))
        #expect(decoder.isAtEnd && decoder.dataByteCount == UInt64(3 * chunks))
    }
}
