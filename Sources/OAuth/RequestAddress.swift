internal import Bytes
internal import HTTP

/// An http or https URI without query and fragment, in the one form that all equivalent ones share (RFC 9449, section 4.3:
/// `htu` is compared after normalisation by RFC 3986, sections 6.2.2 and 6.2.3).
public struct RequestAddress: Sendable, Equatable {
    private let bytes: [UInt8]

    /// Nil for another scheme, for what has a user name or no host, and for broken escapes.
    public init?(_ text: String) {
        guard let uri = URI(text), let usualPort = Self.usualPorts[uri.scheme], let server = uri.server,
            let path = Self.path(Array(uri.path.utf8))
        else { return nil }
        // Without the port that the scheme implies (RFC 3986, section 6.2.3).
        let port = server.port.flatMap { $0 == usualPort ? nil : ":\($0)" } ?? ""
        self.bytes = Array("\(uri.scheme)://\(server.host)\(port)".utf8) + path
    }

    // MARK: - Private details

    private static let usualPorts: [String: UInt16] = ["http": 80, "https": 443]

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
            if byte.isUnreserved {
                result.append(byte)
            } else {
                result += Array("%".utf8) + Array(Hex.encode([byte]).uppercased().utf8)
            }
            index += 3
        }
        return result
    }
}
