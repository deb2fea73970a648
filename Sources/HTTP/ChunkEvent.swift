/// What `ChunkedDecoder` found in its input. The ranges are in that input.
public enum ChunkEvent: Equatable, Sendable {
    /// From `next`: data of the content. From `relay`: bytes to send on as they are, framing and all.
    case bytes(Range<Int>)

    /// Bytes of field lines of the trailer section, with their CRLF: to be kept or dropped. A line that was cut by the
    /// end of the input comes in several pieces. To read them, collect all of them and an empty line, and call
    /// `FieldSection.parse`.
    case trailer(Range<Int>)

    /// The message ends at the position where the decoder stopped.
    case end

    /// The input is used up.
    case needsMore

    case failed(HTTPParseError)
}
