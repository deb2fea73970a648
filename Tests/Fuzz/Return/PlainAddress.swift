/// An address as the parser of the WHATWG URL standard would read it, in the plainest way: white space taken out, a
/// backslash as a slash. What that parser would repair, as one slash behind the scheme, is no address here.
struct PlainAddress {
    /// Scheme, host and port in lower case; without the scheme's own port.
    let origin: String
    /// Before query and fragment.
    let path: String

    /// `base` is the origin of the page that leads there.
    init?(_ text: String, at base: String) {
        let bytes = text.utf8.filter { ![0x09, 0x0A, 0x0D].contains($0) }
        let plain = String(decoding: bytes.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 }, as: UTF8.self)
        if plain.hasPrefix("/") {
            guard !plain.hasPrefix("//") else { return nil }
            self.origin = base
            self.path = Self.path(plain)
            return
        }
        let lower = plain.lowercased()
        guard let scheme = ["https", "http"].first(where: { lower.hasPrefix("\($0)://") }) else { return nil }
        let rest = plain.dropFirst(scheme.count + 3)
        let authority = rest.prefix { !"/?#".contains($0) }
        let usualPort = scheme == "https" ? 443 : 80
        guard let server = Self.server(authority.lowercased(), usualPort: usualPort) else { return nil }
        self.origin = "\(scheme)://\(server)"
        self.path = Self.path(String(rest.dropFirst(authority.count)))
    }

    /// Whether the path has segments that somebody leaves out: `.`, `..`, and empty ones but for the last.
    var isAmbiguous: Bool {
        let segments = self.path.lowercased().split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let isOmitted = segments.map { [".", "..", "%2e", ".%2e", "%2e.", "%2e%2e"].contains($0) }
        return isOmitted.contains(true) || segments.dropLast().contains("")
    }

    /// Whether the path, as it is or decoded once or twice, is `/name` or below.
    func isBelow(_ name: String) -> Bool {
        let once = Self.decoded(Array(self.path.utf8))
        return [Array(self.path.utf8), once, Self.decoded(once)].contains { path in
            path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true).first.map(Array.init)
                == Array(name.utf8)
        }
    }

    private static func decoded(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            let isEncoded = byte == UInt8(ascii: "%") && digits.utf8.count == 2 && digits.allSatisfy(\.isHexDigit)
            guard isEncoded, let value = UInt8(digits, radix: 16) else {
                bytes.append(byte)
                continue
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    private static func path(_ text: String) -> String { String(text.prefix { $0 != "?" && $0 != "#" }) }

    /// Nil with a user before the host, and for what is no port.
    private static func server(_ authority: String, usualPort: Int) -> String? {
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[bracket...].lastIndex(of: ":") else { return authority }
        let host = authority[..<colon]
        let digits = authority[colon...].dropFirst()
        if digits.isEmpty { return String(host) }
        guard let port = Int(digits), port <= 65535 else { return nil }
        return port == usualPort ? String(host) : "\(host):\(port)"
    }
}
