import Bytes

/// The four forms of a target, three of which we take (RFC 9112 3.2).
extension RequestHead {
    mutating func splitTarget(_ bytes: Span<UInt8>) throws(HeadStop) {
        self.scheme = .empty
        self.authority = .empty
        let target = self.target.indices
        if bytes[target.lowerBound] == UInt8(ascii: "/") {
            self.form = .origin
            return try self.splitPath(bytes, target)
        }
        if target.count == 1 && bytes[target.lowerBound] == UInt8(ascii: "*") && self.method == .options {
            return self.setAsterisk()
        }
        try self.splitAbsolute(bytes, target)
    }

    private mutating func setAsterisk() {
        self.form = .asterisk
        self.path = .empty
        self.query = .empty
    }

    mutating func splitPath(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HeadStop) {
        let target = bytes.extracting(0..<range.upperBound)
        let end = target.firstPlace(of: UInt8(ascii: "?"), from: range.lowerBound)
        self.path = ByteRange(range.lowerBound..<end)
        self.query = ByteRange(end..<range.upperBound)
        guard end < target.count else { return }
        // A fragment is no part of a target (RFC 9112 3.2), and control bytes belong nowhere. The rest of a query is
        // the application's business.
        guard target.firstControl(from: end) == target.count,
            target.firstPlace(of: UInt8(ascii: "#"), from: end) == target.count
        else { throw .failed(.badTarget) }
    }

    /// `absolute-form`: `scheme "://" authority path-abempty [ "?" query ]` (RFC 9112 3.2.2, RFC 3986 4.3).
    private mutating func splitAbsolute(_ bytes: Span<UInt8>, _ target: Range<Int>) throws(HeadStop) {
        var position = target.lowerBound
        guard bytes[position].isLetter else { throw .failed(.badTarget) }
        while position < target.upperBound && bytes[position].isSchemeCharacter { position += 1 }
        guard target.upperBound - position > 3, bytes.extracting(position..<position + 3).equals("://") else {
            throw .failed(.badTarget)
        }
        self.scheme = ByteRange(target.lowerBound..<position)
        let authorityStart = position + 3
        position = authorityStart
        while position < target.upperBound && !bytes[position].endsAuthority { position += 1 }
        guard HostName.isValid(bytes.extracting(authorityStart..<position)) else { throw .failed(.badTarget) }
        self.authority = ByteRange(authorityStart..<position)
        self.form = .absolute
        // RFC 9112 3.2.4: without path and query, OPTIONS is about the server as a whole.
        if position == target.upperBound && self.method == .options { return self.setAsterisk() }
        try self.splitPath(bytes, position..<target.upperBound)
    }
}

extension UInt8 {
    /// RFC 3986 3.1.
    fileprivate var isSchemeCharacter: Bool {
        self.isLetterOrDigit || self == UInt8(ascii: "+") || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
    }

    fileprivate var endsAuthority: Bool {
        self == UInt8(ascii: "/") || self == UInt8(ascii: "?") || self == UInt8(ascii: "#")
    }
}
