internal import Bytes

/// An http or https URI without query and fragment, in the one form that all equivalent ones share (RFC 9449, section 4.3:
/// `htu` is compared after normalisation by RFC 3986, sections 6.2.2 and 6.2.3).
public struct RequestAddress: Sendable, Equatable {
    private let bytes: [UInt8]

    /// Nil for another scheme, for what has a user name or no host, and for broken escapes.
    public init?(_ text: String) {
        let whole = text.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        guard whole.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let colon = whole.firstIndex(of: UInt8(ascii: ":")), whole[colon...].starts(with: "://".utf8)
        else { return nil }
        let scheme = whole[..<colon].map(\.lowerCased)
        guard let port = Self.defaultPorts[String(decoding: scheme, as: UTF8.self)] else { return nil }
        let rest = whole[colon...].dropFirst(3)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") }
        guard let path = Self.path(Array(rest.dropFirst(authority.count))),
            let place = Self.authority(authority.map(\.lowerCased), defaultPort: port)
        else { return nil }
        self.bytes = scheme + Array("://".utf8) + place + path
    }

    // MARK: - Private details

    private static let defaultPorts = ["http": ":80", "https": ":443"]

    /// Without the port that the scheme implies, or an empty one (RFC 3986, section 6.2.3).
    private static func authority(_ authority: [UInt8], defaultPort: String) -> [UInt8]? {
        var authority = authority
        if authority.last == UInt8(ascii: ":") {
            authority.removeLast()
        } else if authority.count > defaultPort.utf8.count,
            authority.suffix(defaultPort.utf8.count) == Array(defaultPort.utf8)[...]
        {
            authority.removeLast(defaultPort.utf8.count)
        }
        let isPlain = !authority.contains { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "%") }
        return authority.isEmpty || authority[0] == UInt8(ascii: ":") || !isPlain ? nil : authority
    }

    /// Escapes in upper case and only where they are needed (section 6.2.2), then without dot segments (section 5.2.4).
    private static func path(_ path: [UInt8]) -> [UInt8]? {
        guard let decoded = self.withoutNeedlessEscapes(path) else { return nil }
        var segments: [ArraySlice<UInt8>] = []
        let parts = decoded.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            switch String(decoding: part, as: UTF8.self) {
            case ".": if isLast { segments.append([]) }
            case "..":
                _ = segments.popLast()
                if isLast { segments.append([]) }
            default: segments.append(part)
            }
        }
        return [UInt8(ascii: "/")] + Array(segments.joined(separator: [UInt8(ascii: "/")]))
    }

    private static func withoutNeedlessEscapes(_ path: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var index = 0
        while index < path.count {
            guard path[index] == UInt8(ascii: "%") else {
                result.append(path[index])
                index += 1
                continue
            }
            guard index + 2 < path.count, let high = path[index + 1].hexadecimalValue,
                let low = path[index + 2].hexadecimalValue
            else { return nil }
            let byte = high << 4 | low
            if self.isUnreserved(byte) {
                result.append(byte)
            } else {
                result += Array("%".utf8) + Array(Hex.encode([byte]).uppercased().utf8)
            }
            index += 3
        }
        return result
    }

    /// RFC 3986, section 2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: byte.isLetterOrDigit
        }
    }
}
