import Bytes
import Glibc
import Transport

// Where to listen, and which networks.

extension PolicyReader {
    /// `sun_path` of Linux, less the final zero.
    static let maximumUnixPathBytes = 107

    /// `HOST:PORT`, `[::]:PORT` or `unix:PATH`.
    func listenAddress(_ field: PolicyField) -> ListenAddress? {
        let expected = "`ADDRESS:PORT`, `[IPV6]:PORT` or `unix:PATH`"
        guard let scalar = self.scalar(field, expected), !scalar.isUnset else { return nil }
        if scalar.text.hasPrefix("unix:") { return self.unixPath(field).map { .unix(path: $0) } }
        guard let (host, port) = Self.hostAndPort(scalar.text) else {
            self.error(field, "expected \(expected), found \(scalar.quoted)" + Self.listenHint(scalar.text))
            return nil
        }
        if let address = Self.literal(host) { return .ip(address, port: port) }
        if host == "localhost" { return .ip(IPAddress(ipv4: 0x7f00_0001), port: port) }
        self.error(field, "\(scalar.quoted) names a host; listeners take an address, such as `0.0.0.0` for all")
        return nil
    }

    private static func listenHint(_ text: String) -> String {
        if text.hasPrefix(":") && !text.hasPrefix("::") || text.hasPrefix("*:") {
            return "; all addresses are `0.0.0.0` or `[::]`"
        }
        return text.utf8.allSatisfy(\.isDigit) ? "; for all addresses write `0.0.0.0:\(text)`" : ""
    }

    /// The path of `unix:PATH`, relative to the policy's directory.
    func unixPath(_ field: PolicyField) -> String? {
        guard let scalar = field.scalar, !scalar.isUnset else { return nil }
        let path = scalar.text.dropFirst("unix:".utf8.count)
        guard path.utf8.first != nil, !path.utf8.contains(0) else {
            self.error(field, "`unix:` needs the path of a socket behind it")
            return nil
        }
        let located = self.located(String(path))
        guard located.utf8.count <= Self.maximumUnixPathBytes else {
            self.error(field, "the path of a socket has at most \(Self.maximumUnixPathBytes) bytes")
            return nil
        }
        return located
    }

    func network(_ field: PolicyField) -> Network? {
        guard let scalar = self.scalar(field, Self.networkForm), !scalar.isUnset else { return nil }
        if let network = Network(scalar.text) { return network }
        self.error(field, "expected \(Self.networkForm), found \(scalar.quoted)" + Self.networkHint(scalar.text))
        return nil
    }

    private static let networkForm = "a network such as `10.0.0.0/8` or `fd00::/8`"

    // 10.0.0.1/8 is a network with a slip of the pen in it.
    private static func networkHint(_ text: String) -> String {
        let address = text.prefix { $0 != "/" }
        let isClose = IPAddress(String(address)) != nil && address.endIndex != text.endIndex
        return isClose ? "; the bits behind the prefix must be zero" : ""
    }

    // MARK: - Text

    /// `HOST:PORT` taken apart; brackets stay. The port is 1 to 65535 in digits alone.
    static func hostAndPort(_ text: String) -> (host: String, port: UInt16)? {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")), let port = Self.port(text[colon...].dropFirst())
        else {
            return nil
        }
        let host = String(text[..<colon])
        guard !host.isEmpty, host.hasPrefix("[") || !host.utf8.contains(UInt8(ascii: ":")) else { return nil }
        return (host, port)
    }

    static func port(_ text: Substring) -> UInt16? {
        guard text.utf8.allSatisfy(\.isDigit), let port = UInt16(text), port > 0 else { return nil }
        return port
    }

    /// The address of a literal host: `10.0.0.1` or `[::1]`.
    static func literal(_ host: String) -> IPAddress? {
        guard host.hasPrefix("[") else { return host.contains(":") ? nil : IPAddress(host) }
        return host.hasSuffix("]") ? IPAddress(String(host.dropFirst().dropLast())) : nil
    }
}
