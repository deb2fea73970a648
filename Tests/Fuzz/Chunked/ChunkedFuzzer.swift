internal import Bytes
internal import FuzzSupport
internal import HTTP

/// The chunked coding: the same content wherever the bytes are cut, and what is relayed reads as what was received.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    let whole = read(input.bytes, [input.bytes.count])
    let pieces = read(input.bytes, input.cuts(atMost: 8))
    require(whole.outcome == pieces.outcome, "a verdict depends on where the bytes were cut")
    require(whole.data == pieces.data, "the content depends on where the bytes were cut")
    if case .failed = whole.outcome {
        // How much of a bad line was handed out before may depend on the cuts; it is dropped with the message.
    } else {
        require(whole.trailers == pieces.trailers, "the trailers depend on where the bytes were cut")
    }

    let relayed = relay(input.bytes, input.cuts(atMost: 8))
    require(relayed.outcome == whole.outcome, "relaying and reading disagree")
    let again = read(relayed.data, [relayed.data.count])
    if whole.outcome == .end {
        require(again.outcome == .end, "what was relayed is no message")
        require(again.data == whole.data, "what was relayed is another message")
        require(again.trailers.isEmpty, "trailers were relayed although they were handed out apart")
    }
    planted(whole.outcome == .end && whole.data.count > 2 && !whole.trailers.isEmpty)
    return 0
}

private struct Message {
    var data: [UInt8] = []
    var trailers: [UInt8] = []
    var outcome = ChunkEvent.needsMore
}

private typealias Reading = (inout ChunkedDecoder, Span<UInt8>, inout Int) -> ChunkEvent

private func read(_ bytes: [UInt8], _ cuts: [Int]) -> Message {
    run(bytes, cuts) { $0.next($1, at: &$2) }
}

private func relay(_ bytes: [UInt8], _ cuts: [Int]) -> Message {
    run(bytes, cuts) { $0.relay($1, at: &$2) }
}

/// Feeds the pieces one after the other.
private func run(_ bytes: [UInt8], _ cuts: [Int], _ step: Reading) -> Message {
    var decoder = ChunkedDecoder(limits: HeadLimits(headerBytes: 256, headerCount: 4))
    var message = Message()
    var start = 0
    for cut in cuts {
        let piece = Array(bytes[start..<cut])
        start = cut
        var position = 0
        feeding: while true {
            let before = position
            let event = step(&decoder, piece.span, &position)
            require(position >= before && position <= piece.count, "the decoder left its input")
            message.outcome = event
            switch event {
            case .bytes(let range): message.data += piece[range]
            case .trailer(let range): message.trailers += piece[range]
            case .needsMore: break feeding
            case .end, .failed: return message
            }
            require(position > before, "the decoder stands still")
        }
        require(position == piece.count, "the decoder asks for more and has bytes left")
    }
    return message
}
