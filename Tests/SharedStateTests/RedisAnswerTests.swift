import Testing

@testable import SharedState

@Suite("What the replies to a store mean")
struct RedisAnswerTests {
    private static func cutOff(_ name: UInt8, at moment: Int64, for rest: Int64) -> [RedisReply] {
        [.bytes([name]), .integer(moment), .integer(rest)]
    }

    private static let list: [UInt8] = [9, 9]

    private static func at(_ number: Int64) -> CutOffPosition { CutOffPosition(of: self.list, number: number) }

    private static func page(
        _ parts: [RedisReply],
        since position: CutOffPosition,
        now: Int64 = 90_001
    ) throws -> CutOffPage {
        try RedisAnswer.page(.array([.bytes(self.list), .integer(now)] + parts), since: position)
    }

    @Test("what was added is read again for as long as the overlap, and then no more")
    func leaving() throws {
        let overlap = RedisAnswer.cutOffOverlap
        for (now, next) in [
            (90_000, 90_000 - overlap), (90_000 + overlap - 1, 89_999), (90_000 + overlap, 90_000), (500_000, 90_000),
            // The clock was set back.
            (80_000, 90_000 - overlap),
        ] {
            let page = try Self.page(Self.cutOff(1, at: 90_000, for: 7), since: Self.at(10), now: now)
            #expect(page.next == Self.at(next))
        }
    }

    @Test("the last page leads back by the overlap, but not behind where it began")
    func overlap() throws {
        let overlap = RedisAnswer.cutOffOverlap
        let far = try Self.page(Self.cutOff(1, at: 90_000, for: 7), since: Self.at(10), now: 90_000)
        #expect(far.next == Self.at(90_000 - overlap) && far.isLast)
        #expect(far.cutOffs == [SharedCutOff(key: [1], lifetime: .milliseconds(7))])
        let near = try Self.page(Self.cutOff(1, at: 90_000, for: 7), since: Self.at(90_000 - overlap + 1))
        #expect(near.next == Self.at(90_000 - overlap + 1))
        #expect(try Self.page([], since: Self.at(5)).next == Self.at(5))
    }

    @Test("a list of another name leads on from its own beginning, wherever the former one had been read to")
    func another() throws {
        let former = CutOffPosition(of: [1], number: 4_000_000)
        let page = try Self.page(Self.cutOff(1, at: 90_000, for: 7), since: former)
        #expect(page.next == Self.at(90_001 - RedisAnswer.cutOffOverlap) && page.isLast)
        #expect(page.next.isOfAnotherList(than: former) && !page.next.isOfAnotherList(than: .start))
        #expect(try Self.page([], since: former).next == Self.at(0))
    }

    @Test("a full page leads on exactly behind its end, also when all of it has ended")
    func fullPage() throws {
        let parts = (1...Int64(CutOffPage.maximumCount)).flatMap { Self.cutOff(1, at: $0, for: 0) }
        let page = try Self.page(parts, since: .start)
        #expect(page == CutOffPage(cutOffs: [], next: Self.at(1024), isLast: false))
    }

    @Test(
        "what is no list of cut-offs is none, and not an empty one",
        arguments: [
            .null, .status("OK"), .array([]), .array([.integer(1)]), .array([.bytes([1]), .bytes([1])]),
            .array([.bytes([9])]), .array([.bytes([9]), .bytes([1])]),
            .array([.bytes([9]), .integer(5), .bytes([1]), .null, .integer(1)]),
            .array([.bytes([9]), .integer(5), .integer(1), .integer(1), .integer(1)]),
            .array([.bytes([9]), .integer(5), .bytes([1]), .integer(1), .bytes([1])]),
            // Found by fuzzing: a time from which the overlap cannot be taken.
            .array([.bytes([9]), .integer(5), .bytes([1]), .integer(.min), .integer(1)]),
            .array([.bytes([9]), .integer(5), .bytes([1]), .integer(-1), .integer(1)]),
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
