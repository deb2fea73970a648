import Bytes
import Testing

@testable import HTTP

private func readings(_ path: String) -> Set<String> {
    let readings = PathReadings(of: bytes(path).span)
    #expect(readings.isComplete)
    #expect(readings.all.count == Set(readings.all).count, "a reading is there twice")
    return Set(readings.all.map { text($0) })
}

@Suite("Other readings of a path")
struct PathReadingsTests {
    @Test(
        "finds each way in which an upstream could read a path",
        arguments: rows
    )
    func each(_ path: String, _ expected: Set<String>) {
        #expect(readings(path) == expected)
    }

    @Test("never has the normal form among them, and each is settled", arguments: 0..<300)
    func properties(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = [
            "/", "a", "b", "%20", ";", "%3B", "%253B", "%25", "%2F", "%252F", "%3F", "%23", "..", "%252e", ".",
        ]
        let path = bytes("/" + generator.phrase(of: alphabet, most: 8))
        var form = ByteBuffer()
        PathNormaliser.write(path.span, into: &form)
        let readings = PathReadings(of: form.span)
        let own = form.span.array
        #expect(!readings.all.contains(own))
        #expect(readings.all.count <= PathReadings.maximumCount)
        for reading in readings.all {
            #expect(reading.first == UInt8(ascii: "/"))
            let isNormal =
                !text(reading).contains("//") && !text(reading).contains("/./") && !text(reading).contains("/../")
            #expect(isNormal)
        }
    }

    @Test("bounds the work for a path made to have many")
    func bounded() {
        let path = "/a;b%3Fc%253Fd%253B" + String(repeating: "/a;b%3Fc%253Fd%253Be%2Ff%252Fg", count: 20)
        #expect(PathReadings(of: bytes(path).span).all.count <= PathReadings.maximumCount)
    }
}

private let rows: [(String, Set<String>)] = [
    ("/a", []), ("/a%20b", ["/a b"]), ("/a%2520b", ["/a%20b", "/a b"]), ("/%C3%A9", ["/\u{C3}\u{A9}"]),
    ("/a;b/c", ["/a/c"]), ("/a;b", ["/a"]), ("/..;/a", ["/a"]), ("/x/..;/a", ["/a"]), ("/;/a", ["/a"]),
    ("/a%3Bb/c", ["/a;b/c", "/a/c"]), ("/a%3Fb", ["/a?b", "/a"]), ("/a%23b", ["/a#b", "/a"]),
    ("/a%253Fb", ["/a%3Fb", "/a?b", "/a"]),
    ("/a%252Fb", ["/a%2Fb", "/a/b"]), ("/a%252e%252e/b", ["/a../b"]), ("/x/%252e%252e/b", ["/b"]),
    ("/x%252F..%252Fb", ["/x%2F..%2Fb", "/b"]),
    ("/a%25", ["/a%"]), ("/a%25zz", ["/a%zz"]), ("/a%255Cb", ["/a%5Cb", "/a\\b"]), ("/a%2541", ["/aA"]),
    ("/a%2Fb", ["/a/b"]),
    ("/x%2F..%2Fb", ["/b"]), ("/a%2500", ["/a%00", "/a\u{0}"]),
    ("/a;x%3Fy/b", ["/a/b", "/a;x?y/b", "/a", "/a;x"]),
    ("/a%3F;b/c", ["/a?;b/c", "/a?/c", "/a%3F/c", "/a"]), ("/a;b%2Fc", ["/a", "/a;b/c", "/a/c"]),
]
