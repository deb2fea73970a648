import Testing

@testable import SharedState

@Suite("What the replies to a store mean")
struct RedisAnswerTests {
    private static func cutOff(_ name: UInt8, at moment: Int64, for rest: Int64) -> [RedisReply] {
        [.bytes([name]), .integer(moment), .integer(rest)]
    }

    private static func page(_ parts: [RedisReply], since number: Int64) throws -> CutOffPage {
        try RedisAnswer.page(.array(parts), since: CutOffPosition(number: number))
    }

    @Test("the last page leads back by the overlap, but not behind where it began")
    func overlap() throws {
        let overlap = RedisAnswer.cutOffOverlap
        let far = try Self.page(Self.cutOff(1, at: 90_000, for: 7), since: 10)
        #expect(far.next == CutOffPosition(number: 90_000 - overlap) && far.isLast)
        #expect(far.cutOffs == [SharedCutOff(key: [1], lifetime: .milliseconds(7))])
        let near = try Self.page(Self.cutOff(1, at: 90_000, for: 7), since: 90_000 - overlap + 1)
        #expect(near.next == CutOffPosition(number: 90_000 - overlap + 1))
        #expect(try Self.page([], since: 5).next == CutOffPosition(number: 5))
    }

    @Test("what lies before the position is another server's, and leads on from there")
    func another() throws {
        let page = try Self.page(Self.cutOff(1, at: 90_000, for: 7), since: 4_000_000)
        #expect(page.next == CutOffPosition(number: 90_000 - RedisAnswer.cutOffOverlap) && page.isLast)
    }

    @Test("a full page leads on exactly behind its end, also when all of it has ended")
    func fullPage() throws {
        let parts = (1...Int64(CutOffPage.maximumCount)).flatMap { Self.cutOff(1, at: $0, for: 0) }
        let page = try Self.page(parts, since: 0)
        #expect(page == CutOffPage(cutOffs: [], next: CutOffPosition(number: 1024), isLast: false))
    }

    @Test(
        "what is no list of cut-offs is none, and not an empty one",
        arguments: [
            .null, .status("OK"), .array([.bytes([1])]), .array([.bytes([1]), .null, .integer(1)]),
            .array([.integer(1), .integer(1), .integer(1)]), .array([.bytes([1]), .integer(1), .bytes([1])]),
            // Found by fuzzing: a time from which the overlap cannot be taken.
            .array([.bytes([1]), .integer(.min), .integer(1)]), .array([.bytes([1]), .integer(-1), .integer(1)]),
        ] as [RedisReply]
    )
    func noPage(_ reply: RedisReply) {
        #expect(throws: UnexpectedReply.self) { try RedisAnswer.page(reply, since: .start) }
    }

    @Test("a value begins with its version, and may be empty")
    func value() throws {
        let version = [UInt8](repeating: 7, count: StateVersion.byteCount)
        #expect(try RedisAnswer.value(.bytes(version)) == StateValue(bytes: [], version: StateVersion(bytes: version)))
        #expect(try RedisAnswer.value(.bytes(version + [1]))?.bytes == [1])
        #expect(try RedisAnswer.value(.null) == nil)
    }

    @Test("a value prints as its size")
    func printing() {
        let value = StateValue(bytes: [83, 84], version: StateVersion(bytes: [85]))
        var dumped = ""
        dump(value, to: &dumped)
        #expect("\(value)" == "2 bytes" && String(reflecting: value) == "2 bytes" && !dumped.contains("83"))
    }
}
