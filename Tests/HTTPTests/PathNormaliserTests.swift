import Bytes
import Testing

@testable import HTTP

/// The verdict, and the normal form when there is one.
private func normalise(_ path: String, allowEncodedSlash: Bool = false) -> (PathVerdict, String?) {
    let path = bytes(path)
    var output = ByteBuffer(capacity: 8)
    output.append("before")
    let verdict = PathNormaliser.normalise(path: path.span, allowEncodedSlash: allowEncodedSlash, into: &output)
    let written = text(output.span.array.dropFirst(6))
    switch verdict {
    case .unchanged:
        #expect(written.isEmpty)
        return (verdict, text(path))
    case .changed:
        return (verdict, written)
    case .refused:
        #expect(written.isEmpty)
        return (verdict, nil)
    }
}

@Suite("The path normaliser")
struct PathNormaliserTests {
    @Test(
        "leaves a normal form alone",
        arguments: [
            "/", "/a", "/a/", "/a/b.c/d", "/a;b", "/a%20b", "/a%3B", "/%C3%A9", "/a..", "/a./b", "/.a", "/..a/b",
            "/...", "/.well-known/x", "/a~b_c-d",
            "/!$&'()*+,=:@", "/\"<>[]^`{|}", "/a%25", "/..;/a", "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/bbbbbbb",
        ]
    )
    func unchanged(_ path: String) {
        guard case .unchanged = normalise(path).0 else {
            Issue.record("\(normalise(path))")
            return
        }
    }

    @Test(
        "gives each path its one form",
        arguments: changes
    )
    func changed(_ path: String, _ expected: String) {
        let (verdict, form) = normalise(path)
        #expect(form == expected)
        guard case .changed = verdict else {
            Issue.record("\(verdict)")
            return
        }
    }

    @Test(
        "refuses what two readers could take differently",
        arguments: refusals
    )
    func refused(_ path: String, _ expected: PathRefusal) {
        #expect(normalise(path).0 == .refused(expected))
    }

    @Test("refuses each byte outside of the printable ones, in any place", arguments: 0...255)
    func eachByte(_ byte: Int) {
        let character = Unicode.Scalar(UInt8(byte))
        let refused = byte <= 0x20 || byte >= 0x7F || "\\#%".unicodeScalars.contains(character)
        for length in 0..<20 {
            let padding = String(repeating: "z", count: length)
            for path in ["/\(padding)\(character)\(padding)", "/\(padding)\(character)"] {
                let isRefused = if case .refused = normalise(path).0 { true } else { false }
                #expect(isRefused == refused, "\(path.debugDescription)")
            }
        }
    }

    @Test("lets an encoded slash through as data where it is allowed")
    func encodedSlash() {
        #expect(normalise("/a%2Fb", allowEncodedSlash: true).0 == .unchanged([.escapes, .encodedSlash]))
        #expect(normalise("/a%2f../b/", allowEncodedSlash: true).0 == .unchanged([.escapes, .encodedSlash]))
        #expect(normalise("/x//%2F", allowEncodedSlash: true) == (.changed([.escapes, .encodedSlash]), "/x/%2F"))
        #expect(normalise("/a%2Fb/..", allowEncodedSlash: true) == (.changed([]), "/"))
        #expect(normalise("/%5C", allowEncodedSlash: true).0 == .refused(.encodedBackslash))
    }

    @Test(
        "says what could be read otherwise",
        arguments: traitRows
    )
    func says(_ path: String, _ expected: PathTraits) {
        let verdict = normalise(path).0
        #expect(verdict == .unchanged(expected) || verdict == .changed(expected))
        #expect(expected.hasOtherReadings == !expected.isEmpty)
    }

    @Test("has one form for a form, and finds it fast as well as slowly", arguments: 0..<400)
    func idempotent(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = [
            "/", "//", ".", "..", "%2e", "%2F", "a", "bcdefghijk", "%20", ";", "%3B", "%25", "?", "%41", "~",
        ]
        let path = "/" + generator.phrase(of: alphabet, most: 14)
        guard let form = normalise(path, allowEncodedSlash: true).1 else { return }
        let again = normalise(form, allowEncodedSlash: true)
        #expect(again.1 == form)
        guard case .unchanged(let traits) = again.0 else {
            Issue.record("\(path) became \(form), which is not its own form")
            return
        }
        #expect(!form.contains("//") && !form.contains("/./") && !form.contains("/../"))
        var output = ByteBuffer()
        let slow = PathNormaliser.normaliseSlowly(bytes(form).span, allowEncodedSlash: true, into: &output)
        #expect(slow == .unchanged(traits))
    }
}

private let changes: [(String, String)] = [
    ("", "/"), ("//", "/"), ("///a", "/a"), ("/a//b", "/a/b"), ("/a//", "/a/"), ("/.", "/"), ("/./", "/"),
    ("/..", "/"), ("/../", "/"),
    ("/../../a", "/a"), ("/a/.", "/a/"), ("/a/..", "/"), ("/a/../", "/"), ("/a/b/..", "/a/"),
    ("/a/b/../", "/a/"), ("/a/b/../../c", "/c"),
    ("/a/./b", "/a/b"), ("/a/b/c/./../../g", "/a/g"), ("/mid/content=5/../6", "/mid/6"), ("/a//../b", "/b"),
    ("/a/.//../b", "/b"),
    ("/%61", "/a"), ("/%41%5A%7a%30%2D%2e%5F%7E", "/AZz0-._~"), ("/%2e%2E/a", "/a"), ("/a/%2e%2e/b", "/b"),
    ("/a/.%2e", "/"), ("/a/%2e", "/a/"),
    ("/public/../admin", "/admin"), ("/public/%2e%2e/admin", "/admin"), ("/a%2e", "/a."), ("/%61%20", "/a%20"),
    ("/a/%2e%2e;/b//", "/a/..;/b/"),
    ("/a/...//b", "/a/.../b"), ("/%7e%7E", "/~~"), ("/%3a%3A/%2E", "/%3a%3A/"),
    ("/aaaaaaaaaaaaaaaaaaaa//b", "/aaaaaaaaaaaaaaaaaaaa/b"), ("/aaaaaa//", "/aaaaaa/"),
    ("/aaaaaaa//", "/aaaaaaa/"),
    ("/aaaaaa/.", "/aaaaaa/"), ("/aaaaaaaa/./b", "/aaaaaaaa/b"), ("/a/b/c/../../../../..", "/"),
]

private let refusals: [(String, PathRefusal)] = [
    ("/a%2Fb", PathRefusal.encodedSlash), ("/a%2fb", .encodedSlash), ("/a%5Cb", .encodedBackslash),
    ("/%5c", .encodedBackslash),
    ("/%00", .encodedControl), ("/a%1F", .encodedControl), ("/%0d%0a", .encodedControl),
    ("/%7f", .encodedControl), ("/%09", .encodedControl),
    ("/a\\b", .rawBackslash), ("/\\..\\a", .rawBackslash), ("/a#b", .rawHash), ("/#", .rawHash),
    ("/\u{1}", .control), ("/a\u{0}", .control),
    ("/\t", .control), ("/\u{7F}", .control), ("/ ", .control), ("/\u{80}", .nonASCII), ("/\u{FF}a", .nonASCII),
    ("/%", .brokenEscape),
    ("/%2", .brokenEscape), ("/%zz", .brokenEscape), ("/%%41", .brokenEscape), ("/a%4", .brokenEscape),
    ("/%u002e", .brokenEscape),
    ("/%-1", .brokenEscape), ("/%g0", .brokenEscape), ("/%0g", .brokenEscape), ("/% 41", .brokenEscape),
    ("a", .notAbsolute), ("*", .notAbsolute),
    ("%2Fa", .notAbsolute), (".", .notAbsolute), ("/aaaaaaaaaaaaaaaa\\", .rawBackslash),
    ("/aaaaaaaaaaaaaaaaaaa#aaaa", .rawHash),
    ("/aaaaaaaaa\u{80}aaaaaaaaa", .nonASCII), ("/aaaaaaa\u{7F}aaaaaaaaa", .control),
    ("/a/../%2F", .encodedSlash), ("/%2F/../a", .encodedSlash),
]

private let traitRows: [(String, PathTraits)] = [
    ("/a", PathTraits()), ("/a;b", .parameters), ("/a%20", .escapes), ("/a%20;", [.escapes, .parameters]),
    ("/a;b/../c", []),
    ("/a%20/..", []), ("//a;b", .parameters), ("/aaaaaaaaaaaaaaaaaaa;aaaaaaaaaaaa", .parameters),
    ("/aaaaaaaaaaaaaaaa;", .parameters),
]
