import Bytes
import Testing

@testable import Policy

@Suite("Forwarding addresses")
struct ForwardedChainTests {
    private static let trusted = ["10.0.0.0/8", "192.0.2.1", "fd00::/8"].map { Network($0)! }

    private func client(_ lines: [String], peer: String = "10.0.0.1", isTrusted: Bool = true) -> String {
        var chain = ForwardedChain(peer: IPAddress(peer)!, isPeerTrusted: isTrusted)
        for line in lines.reversed() { chain.walk(line.utf8Span.span, trusted: Self.trusted) }
        return chain.client.description
    }

    @Test(
        "walks from the right to the first address that is not trusted",
        arguments: [
            ([], "10.0.0.1"),
            (["203.0.113.7"], "203.0.113.7"),
            (["203.0.113.7, 10.1.1.1"], "203.0.113.7"),
            (["6.6.6.6, 203.0.113.7, 10.1.1.1, 192.0.2.1"], "203.0.113.7"),
            (["6.6.6.6", "203.0.113.7", "10.1.1.1"], "203.0.113.7"),
            (["6.6.6.6, 203.0.113.7"], "203.0.113.7"),
            (["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
            ([" \t203.0.113.7 ,, 10.1.1.1 ,"], "203.0.113.7"),
            ([""], "10.0.0.1"),
            (["203.0.113.7:4711"], "203.0.113.7"),
            (["2001:db8::7, fd00::1"], "2001:db8::7"),
            (["[2001:db8::7]:443, [fd00::1]"], "2001:db8::7"),
            (["::ffff:203.0.113.7"], "203.0.113.7"),
            (["203.0.113.7, unknown, 10.1.1.1"], "10.1.1.1"),
            (["203.0.113.7, _hidden"], "10.0.0.1"),
            (["203.0.113.7, 10.1.1.01"], "10.0.0.1"),
            (["203.0.113.7, ["], "10.0.0.1"),
        ]
    )
    func walks(_ lines: [String], _ expected: String) {
        #expect(self.client(lines) == expected)
    }

    // CVE-2026-35051, GHSA-vhr5-ggp3-qq85.
    @Test("believes nothing of a peer that is not trusted")
    func untrusted() {
        #expect(self.client(["203.0.113.7"], peer: "198.51.100.1", isTrusted: false) == "198.51.100.1")
    }

    @Test(
        "reads the addresses that the system reads",
        arguments: [
            "0.0.0.0", "255.255.255.255", "192.0.2.1", "256.0.0.1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3",
            "01.2.3.4", "1.2.3.4 ", "::", "::1", "1::", "2001:db8::7", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "1::2::3", ":::", ":", "1:", ":1", "12345::", "g::",
            "::ffff:1.2.3.4",
            "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:1", "::1.2.3.256", "fe80::1%eth0", "",
        ]
    )
    func addresses(_ text: String) {
        #expect(IPAddress(text.utf8Span.span) == IPAddress(text))
    }

    @Test("networks admit their own, and everybody if there are none")
    func networks() throws {
        var settings = try route("/")
        #expect(RouteTable([settings]).rules[0].admits(IPAddress("203.0.113.7")!))
        settings.networks = Self.trusted
        let guarded = RouteTable([settings]).rules[0]
        #expect(guarded.admits(IPAddress("10.200.0.1")!))
        #expect(guarded.admits(IPAddress("::ffff:10.200.0.1")!))
        #expect(!guarded.admits(IPAddress("203.0.113.7")!))
        #expect(!guarded.admits(IPAddress("2001:db8::1")!))
        #expect(!guarded.admits(nil))
    }
}
