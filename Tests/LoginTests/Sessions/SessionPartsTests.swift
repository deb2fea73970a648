import Bytes
import Testing

@testable import Login

@Suite("The parts of a session's box")
struct SessionPartsTests {
    private static let parts = SessionFixture.kit().parts
    private static let name = "__Host-gatehouse"

    private static func box(_ byteCount: Int) -> [UInt8] { (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 * 7) } }

    private static func jar(_ values: [String]) -> CookieJar {
        CookieJar(values.enumerated().map { (name + SessionParts.suffix($0), $1) })
    }

    /// What comes of the cookies, with the box if there is one.
    private static func joined(_ jar: CookieJar) -> (finding: SessionParts.Finding, box: [UInt8]) {
        // Memory that was used before must not show.
        var box = [UInt8](repeating: 0xEE, count: 5000)
        var text = ByteBuffer()
        text.append(UInt8(ascii: "x"))
        let finding = self.parts.join(into: &box, text: &text) { jar.append($0, &$1) }
        guard case .box(let byteCount) = finding else { return (finding, []) }
        return (finding, Array(box.prefix(byteCount)))
    }

    @Test(
        "are as few as hold it, and come together again",
        arguments: [
            (1, 1), (2698, 1), (2699, 2), (5398, 2), (5399, 3), (8098, 3), (8099, 4),
            (SessionParts.maximumBoxByteCount, 4),
        ]
    )
    func counts(_ byteCount: Int, _ count: Int) throws {
        let values = try #require(SessionParts.split(Self.box(byteCount)))
        #expect(values.count == count)
        #expect(values.allSatisfy { $0.utf8.count <= SessionParts.bytesOfPart })
        let (finding, box) = Self.joined(Self.jar(values))
        #expect(finding == .box(byteCount: byteCount))
        #expect(box == Self.box(byteCount))
    }

    @Test("are refused to a box that is longer than four of them")
    func tooLong() {
        #expect(SessionParts.split(Self.box(SessionParts.maximumBoxByteCount + 1)) == nil)
        #expect(SessionParts.split(Self.box(100_000)) == nil)
    }

    @Test("are none without the first, whatever else is there")
    func none() {
        #expect(Self.joined(CookieJar()).finding == .none)
        #expect(Self.joined(CookieJar([(Self.name + "_1", "abcd"), ("gatehouse", "1.abcd")])).finding == .none)
    }

    @Test("are broken when one is missing", arguments: 1...3)
    func missing(_ part: Int) throws {
        var jar = Self.jar(try #require(SessionParts.split(Self.box(SessionParts.maximumBoxByteCount))))
        jar.cookies.remove(at: part)
        #expect(Self.joined(jar).finding == .broken)
    }

    @Test("are broken when one came twice, also the same", arguments: 0...3)
    func duplicate(_ part: Int) throws {
        var jar = Self.jar(try #require(SessionParts.split(Self.box(SessionParts.maximumBoxByteCount))))
        jar.cookies.append(jar.cookies[part])
        #expect(Self.joined(jar).finding == .broken)
    }

    @Test("are broken when the first came twice, though both together read as one", arguments: [0, 2, 50, 136])
    func halves(_ place: Int) throws {
        let value = try #require(SessionParts.split(Self.box(100)))[0]
        let halves = [String(value.prefix(place)), String(value.dropFirst(place))]
        #expect(value.utf8.count == 136)
        #expect(Self.joined(CookieJar(halves.map { (Self.name, $0) })).finding == .broken)
    }

    @Test("do not count what a longer session left behind")
    func leftOver() throws {
        let short = try #require(SessionParts.split(Self.box(100)))
        let long = try #require(SessionParts.split(Self.box(9000)))
        #expect(Self.joined(Self.jar(short + long.dropFirst())).box == Self.box(100))
    }

    @Test(
        "are broken when the first is garbage",
        arguments: [
            "", "1", "1.", "0.AAAA", "5.AAAA", "9.AAAA", "a.AAAA", "1,AAAA", ".AAAA", "1.A", "1.AA=A", "1.AA A",
            "1.\u{E4}\u{E4}", "-1.AAAA", "01.AAAA",
        ]
    )
    func garbage(_ value: String) {
        #expect(Self.joined(Self.jar([value])).finding == .broken)
    }
}
