import Bytes

/// `request-line = method SP request-target SP HTTP-version` (RFC 9112 3).
extension RequestHead {
    mutating func parseRequestLine(_ bytes: Span<UInt8>, limits: HeadLimits) throws(HeadStop) -> Int {
        var position = try Self.skipEmptyLines(bytes)
        position = try self.parseMethod(bytes, from: position)
        position = try self.parseTarget(bytes, from: position, maximumBytes: limits.targetBytes)
        position = try self.parseVersion(bytes, from: position)
        try self.splitTarget(bytes)
        return position
    }

    /// RFC 9112 2.2: empty lines before the request line are ignored. Two are as many as careless clients send.
    private static func skipEmptyLines(_ bytes: Span<UInt8>) throws(HeadStop) -> Int {
        var position = 0
        while position < 4 && position < bytes.count && bytes[position] == .cr {
            position = try bytes.lineEnd(at: position)
        }
        return position
    }

    private mutating func parseMethod(_ bytes: Span<UInt8>, from start: Int) throws(HeadStop) -> Int {
        // "GET " in one load, since nearly all requests start with it.
        if start <= bytes.count - 4 && bytes.halfWord(at: start) == 0x2054_4547 {
            self.method = .get
            self.methodRange = ByteRange(start..<start + 3)
            return start + 4
        }
        var position = start
        while position < bytes.count && bytes[position].isTokenCharacter && position - start <= Self.maximumMethodBytes
        {
            position += 1
        }
        guard position - start <= Self.maximumMethodBytes else { throw .failed(.methodTooLong) }
        guard position < bytes.count else { throw .incomplete }
        guard bytes[position] == .space && position > start else { throw .failed(.badMethod) }
        self.methodRange = ByteRange(start..<position)
        self.method = Method(bytes.extracting(start..<position))
        // A tunnel to a place of the client's choice is never wanted here.
        guard self.method != .connect else { throw .failed(.connectNotImplemented) }
        return position + 1
    }

    /// Any byte but white space may stand here: the path's are judged by `PathNormaliser`, the query's below.
    private mutating func parseTarget(
        _ bytes: Span<UInt8>,
        from start: Int,
        maximumBytes: Int
    ) throws(HeadStop) -> Int {
        let line = bytes.extracting(0..<Swift.min(bytes.count, start + maximumBytes + 1))
        var position = line.firstSpaceOrLower(from: start)
        while position < line.count && !Self.endsTarget(line[position]) {
            position = line.firstSpaceOrLower(from: position + 1)
        }
        guard position - start <= maximumBytes else { throw .failed(.targetTooLong) }
        guard position < bytes.count else { throw .incomplete }
        guard bytes[position] == .space && position > start else { throw .failed(.badTarget) }
        self.target = ByteRange(start..<position)
        return position + 1
    }

    private static func endsTarget(_ byte: UInt8) -> Bool {
        byte == .space || byte == .cr || byte == .lf
    }

    /// `HTTP-version = "HTTP/" DIGIT "." DIGIT` (RFC 9112 2.3), and the line's end.
    private mutating func parseVersion(_ bytes: Span<UInt8>, from start: Int) throws(HeadStop) -> Int {
        self.version = try bytes.version(at: start)
        guard start + 8 < bytes.count else { throw .incomplete }
        switch bytes[start + 8] {
        case .cr: return try bytes.lineEnd(at: start + 8)
        case .lf: throw .failed(.bareLF)
        default: throw .failed(.badVersion)
        }
    }
}

extension Span<UInt8> {
    /// The version in the eight bytes from `start` on.
    @inline(__always)
    func version(at start: Int) throws(HeadStop) -> HTTPVersion {
        // "HTTP/1.1" in one load.
        if start <= self.count - 8 && self.word(at: start) == 0x312E_312F_5054_5448 { return .http11 }
        return try self.otherVersion(at: start)
    }

    private func otherVersion(at start: Int) throws(HeadStop) -> HTTPVersion {
        let prefix: StaticString = "HTTP/"
        for index in 0..<8 {
            guard start + index < self.count else { throw .incomplete }
            let byte = self[start + index]
            let isRight =
                switch index {
                case 0..<5: byte == prefix.utf8Start[index]
                case 6: byte == UInt8(ascii: ".")
                default: byte.isDigit
                }
            guard isRight else { throw .failed(.badVersion) }
        }
        switch (self[start + 5], self[start + 7]) {
        case (UInt8(ascii: "1"), UInt8(ascii: "0")): return .http10
        case (UInt8(ascii: "1"), _): return .http11
        // RFC 9112 knows nothing before 1.0; those requests had no version at all.
        case (UInt8(ascii: "0"), _): throw .failed(.badVersion)
        default: throw .failed(.versionNotSupported)
        }
    }
}
