internal import Bytes
internal import FuzzSupport
internal import Upstreams

@testable internal import SharedState

/// What a Redis server sends: the same replies wherever the bytes are cut, and nothing that a reply could say ends the
/// process.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    let whole = read(input.bytes, [input.bytes.count])
    let pieces = read(input.bytes, input.cuts(atMost: 8))
    require(whole.replies == pieces.replies, "the replies depend on where the bytes were cut")
    require(whole.fault == pieces.fault, "a verdict depends on where the bytes were cut")
    checkSizes(whole.replies, input.bytes.count)
    checkWriting(whole.replies)
    for reply in whole.replies { checkMeaning(reply) }
    return 0
}

private struct Replies {
    var replies: [RedisReply] = []
    var fault: ReplyFault?
}

/// Feeds the pieces one after the other.
private func read(_ bytes: [UInt8], _ cuts: [Int]) -> Replies {
    let reader = ReplyReader()
    var result = Replies()
    var start = 0
    for cut in cuts where result.fault == nil {
        let piece = bytes[start..<cut]
        start = cut
        do throws(ReplyFault) {
            try reader.feed(Array(piece).span)
            while let reply = try reader.next() { result.replies.append(reply) }
        } catch {
            result.fault = error
            require(isFaulty(reader, error), "a reader has gone on after a fault")
        }
    }
    return result
}

private func isFaulty(_ reader: ReplyReader, _ fault: ReplyFault) -> Bool {
    do throws(ReplyFault) {
        _ = try reader.next()
        return false
    } catch {
        return error == fault
    }
}

// MARK: - Bounds

/// Each value takes three bytes of the wire at the least, and no text is longer than what came.
private func checkSizes(_ replies: [RedisReply], _ byteCount: Int) {
    let sizes = replies.map(size)
    require(3 * sizes.reduce(0) { $0 + $1.values } <= byteCount, "there are more values than came")
    for size in sizes {
        require(size.values <= ReplyBuilder.maximumValues, "a reply has more values than the limit allows")
        require(size.bytes <= ReplyBuilder.maximumBytes, "a reply is longer than the limit allows")
    }
}

private func size(_ reply: RedisReply) -> (values: Int, bytes: Int) {
    switch reply {
    case .null, .integer: (1, 0)
    case .bytes(let bytes): (1, bytes.count)
    case .status(let text), .error(let text): (1, text.utf8.count)
    case .array(let elements):
        elements.map(size).reduce((1, 0)) { ($0.0 + $1.values, $0.1 + $1.bytes) }
    }
}

/// What was read is written and read as the same.
private func checkWriting(_ replies: [RedisReply]) {
    let wire = replies.flatMap(written)
    let again = read(wire, [wire.count])
    require(again.fault == nil && again.replies == replies, "a reply that was written reads otherwise")
}

private func written(_ reply: RedisReply) -> [UInt8] {
    switch reply {
    case .null: Array("$-1\r\n".utf8)
    case .integer(let value): Array(":\(value)\r\n".utf8)
    case .bytes(let bytes): Array("$\(bytes.count)\r\n".utf8) + bytes + [0x0D, 0x0A]
    case .status(let text): Array("+\(text)\r\n".utf8)
    case .error(let text): Array("-\(text)\r\n".utf8)
    case .array(let elements): Array("*\(elements.count)\r\n".utf8) + elements.flatMap(written)
    }
}

// MARK: - What replies mean

private let server = ServerAddress.name("redis.test", port: 6379)

private func checkMeaning(_ reply: RedisReply) {
    _ = try? RedisAnswer.flag(reply)
    if let value = try? RedisAnswer.value(reply) {
        require(reply == .bytes(value.version.bytes + value.bytes), "a value is another one than came")
    }
    for position in [CutOffPosition.start, CutOffPosition(number: 1_800_000_000_000)] { checkPage(reply, position) }
    checkSlots(reply)
    let code = UnexpectedReply(reply).code ?? ""
    require(code == "an unknown code" || code.utf8.allSatisfy(\.isUpperCase), "a server's own words get into the log")
}

private func checkPage(_ reply: RedisReply, _ position: CutOffPosition) {
    guard let page = try? RedisAnswer.page(reply, since: position) else { return }
    let parts = reply.elements ?? []
    require(3 * page.cutOffs.count <= parts.count, "there are more cut-offs than came")
    require(page.cutOffs.allSatisfy { $0.lifetime > .zero }, "a cut-off is over")
    let isSameList = page.next.list == position.list
    require(
        !page.isLast || !isSameList || page.next.number >= position.number,
        "what was read is read again without end"
    )
}

private func checkSlots(_ reply: RedisReply) {
    if case .moved(let slot, let node)? = Redirection(reply, from: server) {
        require(0..<HashSlot.count ~= slot, "there is no such slot")
        planted(isOfServer(node))
    }
    guard let table = SlotTable(reply, from: server) else { return }
    require(1...SlotTable.maximumNodes ~= table.nodes.count, "a cluster has no node, or too many")
    let owners = [0, HashSlot.count / 2, HashSlot.count - 1].compactMap(table.owner)
    require(owners.allSatisfy(table.nodes.contains), "a slot is served by nobody")
}

/// What a node says that does not know its own host.
private func isOfServer(_ node: ServerAddress) -> Bool {
    if case .name("redis.test", _) = node { true } else { false }
}
