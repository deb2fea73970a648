import Bytes
import HTTP
import Telemetry
import Upstreams

/// What is wrong with `state.url`. None of the texts quotes the URL, which may hold a password.
public enum StateURLProblem: Error, Equatable, Sendable {
    case scheme, server, servers, credentials, database, masterName, path, tooLong
}

extension StateURLProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .scheme:
            "the URL must begin with redis://, rediss://, redis+sentinel://, rediss+sentinel://, redis+cluster://, "
                + "rediss+cluster:// or unix:"
        case .server: "a server must be HOST or HOST:PORT, an IPv6 address in brackets"
        case .servers: "there must be 1 to \(StateSettings.maximumServers) servers, and one alone for redis and rediss"
        case .credentials: "credentials must be USER:PASSWORD or :PASSWORD, other marks than -._~ as %XX"
        case .database: "the database must be a number from 0 to 65535; a cluster has 0 alone"
        case .masterName: "Sentinel needs the name of the master as the path: /NAME or /NAME/DATABASE"
        case .path: "unix: needs an absolute path of at most 107 bytes, and nothing but ?db=NUMBER behind it"
        case .tooLong: "the URL has more than \(StateSettings.maximumURLBytes) bytes"
        }
    }
}

extension StateSettings {
    /// Bytes of a URL; a list of servers is far below.
    static let maximumURLBytes = 8 * 1024
    /// Redis' own, and Sentinel's.
    private static let port: UInt16 = 6379, sentinelPort: UInt16 = 26379
    /// `sun_path` holds 108 bytes, the last one zero.
    private static let maximumPathBytes = 107

    private enum Kind { case single, sentinel, cluster }

    private static let schemes: [(prefix: String, kind: Kind, usesTLS: Bool)] = [
        ("redis://", .single, false), ("rediss://", .single, true),
        ("redis+sentinel://", .sentinel, false), ("rediss+sentinel://", .sentinel, true),
        ("redis+cluster://", .cluster, false), ("rediss+cluster://", .cluster, true),
    ]

    /// Reads `redis://[user:password@]host[:port][/db]` and its relatives; see the cases of `StateURLProblem`.
    public init(url: String) throws(StateURLProblem) {
        guard url.utf8.count <= Self.maximumURLBytes else { throw .tooLong }
        if url.hasPrefix("unix:") {
            self = try Self.unix(url.dropFirst("unix:".count))
            return
        }
        guard let scheme = Self.schemes.first(where: { url.hasPrefix($0.prefix) }) else { throw .scheme }
        let rest = url.dropFirst(scheme.prefix.count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        // The last one: a password may not hold an `@`, but one that does should not become part of a host's name.
        let at = rest[..<slash].lastIndex(of: "@")
        let servers = at.map { rest[rest.index(after: $0)..<slash] } ?? rest[..<slash]
        let path = rest[slash...].dropFirst()
        try self.init(
            topology: Self.topology(scheme.kind, servers, path),
            usesTLS: scheme.usesTLS,
            credentials: at.map { at throws(StateURLProblem) in try Self.credentials(rest[..<at]) },
            database: Self.database(scheme.kind, path)
        )
    }

    private static func topology(
        _ kind: Kind,
        _ list: Substring,
        _ path: Substring
    ) throws(StateURLProblem) -> Topology {
        var servers: [ServerAddress] = []
        for text in list.split(separator: ",", omittingEmptySubsequences: false) {
            servers.append(try self.server(text, port: kind == .sentinel ? self.sentinelPort : self.port))
        }
        guard servers.count <= self.maximumServers else { throw .servers }
        switch kind {
        case .single:
            guard servers.count == 1 else { throw .servers }
            return .single(servers[0])
        case .cluster: return .cluster(servers)
        case .sentinel: return .sentinel(servers, master: try self.masterName(path))
        }
    }

    /// A host and perhaps a port, as in a Host field.
    static func server(_ text: Substring, port defaultPort: UInt16) throws(StateURLProblem) -> ServerAddress {
        let bytes = Array(text.utf8)
        guard HostName.isValid(bytes.span) else { throw .server }
        let digits = bytes.span.extracting(HostName.portRange(in: bytes.span)).string
        guard let port = digits.isEmpty ? defaultPort : UInt16(digits), port > 0 else { throw .server }
        var host = bytes.span.extracting(HostName.range(in: bytes.span)).string.lowercased()
        if host.hasPrefix("[") { host = String(host.dropFirst().dropLast()) }
        return IPAddress(host).map { .ip($0, port: port) } ?? .name(host, port: port)
    }

    /// What `sentinel.conf` allows: letters, digits and `.-_`.
    private static func masterName(_ path: Substring) throws(StateURLProblem) -> String {
        let name = path.prefix { $0 != "/" }
        let isPlain = name.utf8.allSatisfy { $0.isLetterOrDigit || [0x2D, 0x2E, 0x5F].contains($0) }
        guard !name.isEmpty && isPlain else { throw .masterName }
        return String(name)
    }

    private static func database(_ kind: Kind, _ path: Substring) throws(StateURLProblem) -> UInt16 {
        var digits = path
        if kind == .sentinel { digits = path.drop { $0 != "/" }.dropFirst() }
        let number = try self.database(digits)
        guard kind != .cluster || number == 0 else { throw .database }
        return number
    }

    private static func database(_ digits: Substring) throws(StateURLProblem) -> UInt16 {
        guard !digits.isEmpty else { return 0 }
        guard digits.utf8.allSatisfy(\.isDigit), let number = UInt16(digits) else { throw .database }
        return number
    }

    private static func unix(_ rest: Substring) throws(StateURLProblem) -> StateSettings {
        let path = rest.prefix { $0 != "?" }
        guard path.hasPrefix("/") && path.utf8.count <= self.maximumPathBytes else { throw .path }
        let query = rest.dropFirst(path.count)
        guard query.isEmpty || query.hasPrefix("?db=") else { throw .path }
        let database = try self.database(query.dropFirst("?db=".count))
        return StateSettings(topology: .single(.unix(path: String(path))), database: database)
    }
}

// MARK: - Credentials

extension StateSettings {
    /// Redis' name for who gives a password alone.
    private static let defaultUser = "default"

    private static func credentials(_ text: Substring) throws(StateURLProblem) -> Credentials {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let user = self.decoded(parts[0]), let password = self.decoded(parts[1]) else {
            throw .credentials
        }
        guard !password.isEmpty else { throw .credentials }
        return Credentials(user: user.isEmpty ? self.defaultUser : user, password: Redacted(password))
    }

    /// RFC 3986 2.1. Nil for a broken escape, for what is no UTF-8, and for marks that separate the parts of a URL.
    private static func decoded(_ text: Substring) -> String? {
        var decoded: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                guard byte > 0x20 && byte < 0x7F && !":@/?#[]".utf8.contains(byte) else { return nil }
                decoded.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue else {
                return nil
            }
            decoded.append(high << 4 | low)
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
