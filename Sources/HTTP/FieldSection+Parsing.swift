import Bytes

extension FieldSection {
    /// Reads field lines up to and with the empty line. Returns where the content starts.
    mutating func parse(_ bytes: Span<UInt8>, from start: Int, limits: HeadLimits) throws(HeadStop) -> Int {
        self.removeAll()
        // Nothing behind the limit is looked at, so the verdict does not depend on how the bytes were cut.
        let end = Swift.min(bytes.count, start + limits.headerBytes)
        let section = bytes.extracting(0..<end)
        do {
            return try self.parseLines(section, from: start, maximumCount: limits.headerCount)
        } catch .incomplete where bytes.count > end {
            throw .failed(.headerBytesTooLarge)
        }
    }

    private mutating func parseLines(
        _ bytes: Span<UInt8>,
        from start: Int,
        maximumCount: Int
    ) throws(HeadStop) -> Int {
        var position = start
        while true {
            guard position < bytes.count else { throw .incomplete }
            if bytes[position] == .cr { return try bytes.lineEnd(at: position) }
            guard self.lines.count < maximumCount else { throw .failed(.headerCountTooLarge) }
            position = try self.parseLine(bytes, at: position)
        }
    }

    /// `field-line = field-name ":" OWS field-value OWS` (RFC 9112 5).
    private mutating func parseLine(_ bytes: Span<UInt8>, at start: Int) throws(HeadStop) -> Int {
        let colon = try bytes.fieldNameEnd(from: start)
        let valueEnd = try bytes.fieldValueEnd(from: colon + 1)
        let next = try bytes.lineEnd(at: valueEnd)
        self.append(
            Field(
                id: FieldID(bytes.extracting(start..<colon)),
                start: start,
                colon: colon,
                value: bytes.trimmed(colon + 1..<valueEnd),
                end: next))
        return next
    }
}

extension Span<UInt8> {
    /// The place behind the CRLF at `position`, where a CR is known to be.
    func lineEnd(at position: Int) throws(HeadStop) -> Int {
        guard position + 1 < self.count else { throw .incomplete }
        guard self[position + 1] == .lf else { throw .failed(.bareCR) }
        return position + 2
    }

    /// The place of the colon behind a field name.
    func fieldNameEnd(from start: Int) throws(HeadStop) -> Int {
        var position = start
        while position < self.count {
            let byte = self[position]
            if byte == UInt8(ascii: ":") && position > start { return position }
            guard byte.isTokenCharacter else {
                throw .failed(HTTPParseError(inName: byte, isFirst: position == start))
            }
            position += 1
        }
        throw .incomplete
    }

    /// The place of the CR behind a field value, which has no control byte but HTAB.
    func fieldValueEnd(from start: Int) throws(HeadStop) -> Int {
        var position = start
        while position < self.count {
            let byte = self[position]
            if byte == .cr { return position }
            guard !byte.isForbiddenInValue else { throw .failed(byte == .lf ? .bareLF : .controlByte) }
            position += 1
        }
        throw .incomplete
    }
}
