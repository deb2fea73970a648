internal import Bytes
internal import HTTP

@testable internal import Gateway

/// A request that was told, in bytes of its own.
struct Reading {
    let method: [UInt8]?
    let target: [UInt8]
    let host: [UInt8]
    let scheme: ForwardedScheme?

    init(_ original: OriginalRequest, _ bytes: [UInt8]) {
        self.method = original.method.map { Array(bytes[$0.indices]) }
        self.target = Array(bytes[original.target.indices])
        self.host = Array(bytes[original.host.indices])
        self.scheme = original.scheme
    }
}

/// The fields of a head that tell of another request, counted again with other eyes: from its lines.
struct ToldFields {
    private var fields: [(name: String, value: [UInt8])] = []

    init(_ head: RequestHead, _ bytes: [UInt8]) {
        for index in 0..<head.fields.count {
            let line = bytes[head.fields[index].line.indices]
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            let isSpace = { (byte: UInt8) in byte <= 0x20 }
            let value = parts[1].drop(while: isSpace).reversed().drop(while: isSpace).reversed()
            self.fields.append((String(decoding: parts[0], as: UTF8.self).lowercased(), Array(value)))
        }
    }

    private static let families = ["x-forwarded-uri", "x-original-url", "x-original-uri"]
    private static let names =
        families + ["x-forwarded-method", "x-forwarded-host", "x-forwarded-proto", "x-original-method"]

    func values(_ name: String) -> [[UInt8]] { self.fields.filter { $0.name == name }.map(\.value) }

    var hasFamily: Bool { Self.families.contains { !self.values($0).isEmpty } }
    var isRepeated: Bool { Self.names.contains { self.values($0).count > 1 } }

    func agree(with reading: Reading) -> Bool {
        let method = reading.method ?? Array("GET".utf8)
        let methods = self.values("x-forwarded-method") + self.values("x-original-method")
        let targets = self.values("x-forwarded-uri") + self.values("x-original-uri")
        let isHostOwn = !self.values("x-original-uri").isEmpty
        let hosts = self.values("x-forwarded-host") + (isHostOwn ? self.values("host") : [])
        return methods.allSatisfy { $0 == method } && targets.allSatisfy { $0 == reading.target }
            && hosts.allSatisfy { lower($0) == lower(reading.host) }
            && self.values("x-forwarded-proto").allSatisfy { scheme($0) == reading.scheme && reading.scheme != nil }
            && self.values("x-original-url").allSatisfy { self.isAddress($0, of: reading) }
    }

    private func isAddress(_ url: [UInt8], of reading: Reading) -> Bool {
        guard let colon = url.firstIndex(of: UInt8(ascii: ":")), url[colon...].starts(with: "://".utf8) else {
            return false
        }
        let rest = url[(colon + 3)...]
        let host = Array(rest.prefix { $0 != UInt8(ascii: "/") })
        let isSame = lower(host) == lower(reading.host) && Array(rest.dropFirst(host.count)) == reading.target
        return isSame && scheme(Array(url[..<colon])) == reading.scheme
    }
}

private func lower(_ text: [UInt8]) -> [UInt8] { text.map { $0.isUpperCase ? $0 | 0x20 : $0 } }

/// A WebSocket's is another name for one of ours.
private func scheme(_ name: [UInt8]) -> ForwardedScheme? {
    switch String(decoding: lower(name), as: UTF8.self) {
    case "http", "ws": .http
    case "https", "wss": .https
    default: nil
    }
}
