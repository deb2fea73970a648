import Bytes

/// Where `redirect` sends: text with `{host}`, `{path}` and `{query}` in it.
struct RedirectTemplate: Hashable {
    private enum Part: Hashable { case text([UInt8]), host, path, query }
    let status: UInt16
    private let parts: [Part]

    init(_ text: String, status: Int) {
        self.status = UInt16(status)
        var parts: [Part] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { parts.append(.text([UInt8](rest[..<open].utf8))) }
            rest = rest[open...]
            if rest.hasPrefix("{host}") {
                parts.append(.host)
                rest = rest.dropFirst(6)
            } else if rest.hasPrefix("{path}") {
                parts.append(.path)
                rest = rest.dropFirst(6)
            } else if rest.hasPrefix("{query}") {
                parts.append(.query)
                rest = rest.dropFirst(7)
            } else {
                parts.append(.text([UInt8(ascii: "{")]))
                rest = rest.dropFirst(rest.hasPrefix("{{") ? 2 : 1)
            }
        }
        if !rest.isEmpty { parts.append(.text([UInt8](rest.utf8))) }
        self.parts = parts
    }

    /// Appends where a request is sent to.
    func append(host: Span<UInt8>, path: Span<UInt8>, query: Span<UInt8>, to location: inout ByteBuffer) {
        for part in self.parts {
            switch part {
            case .text(let text): location.append(text)
            case .host: location.append(host)
            case .path: location.append(path)
            case .query: location.append(query)
            }
        }
    }
}
