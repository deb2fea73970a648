import Bytes

extension FieldSection {
    /// Reads the lines of a trailer section up to and with the empty line.
    public mutating func parse(_ bytes: Span<UInt8>, limits: HeadLimits) -> HeadParseResult {
        do {
            _ = try self.parse(bytes, from: 0, limits: limits)
            return .complete
        } catch {
            return error.result
        }
    }

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
            guard self.count < maximumCount else { throw .failed(.headerCountTooLarge) }
            if self.count == self.slots.count { self.addSlots() }
            position = try self.fillSlots(bytes, from: position, upTo: Swift.min(maximumCount, self.slots.count))
        }
    }

    private mutating func addSlots() {
        let free = Field(id: .other, start: 0, colon: 0, value: 0..<0, end: 0)
        self.slots += [Field](repeating: free, count: Swift.max(self.slots.count, Self.firstSlotCount))
    }

    /// Enough for what a browser sends.
    private static var firstSlotCount: Int { 16 }

    /// Reads lines as long as there are slots, and not the empty line.
    private mutating func fillSlots(
        _ bytes: Span<UInt8>,
        from start: Int,
        upTo end: Int
    ) throws(HeadStop) -> Int {
        var position = start
        var count = self.count
        var present = self.present
        var repeated = self.repeated
        // One check that the array is ours alone, instead of one for each line.
        var slots = self.slots.mutableSpan
        while count < end && position < bytes.count && bytes[position] != .cr {
            let field = try bytes.fieldLine(at: position)
            slots[count] = field
            count += 1
            repeated |= present & field.id.bit
            present |= field.id.bit
            position = field.line.end
        }
        self.count = count
        self.present = present
        self.repeated = repeated
        return position
    }
}

extension Span<UInt8> {
    /// `field-line = field-name ":" OWS field-value OWS` (RFC 9112 5).
    @inline(__always)
    fileprivate func fieldLine(at start: Int) throws(HeadStop) -> Field {
        let colon = try self.fieldNameEnd(from: start)
        let valueEnd = try self.fieldValueEnd(from: colon + 1)
        let end = try self.lineEnd(at: valueEnd)
        let id = FieldID(self.extracting(start..<colon))
        return Field(id: id, start: start, colon: colon, value: self.trimmed(colon + 1..<valueEnd), end: end)
    }

    /// The place behind the CRLF at `position`, where a CR is known to be.
    @inline(__always)
    func lineEnd(at position: Int) throws(HeadStop) -> Int {
        guard position + 1 < self.count else { throw .incomplete }
        guard self[position + 1] == .lf else { throw .failed(.bareCR) }
        return position + 2
    }

    /// The place of the colon behind a field name.
    @inline(__always)
    func fieldNameEnd(from start: Int) throws(HeadStop) -> Int {
        var position = start
        while true {
            // Nearly all names are made of letters and hyphens.
            position = self.firstNeitherLetterNorHyphen(from: position)
            guard position < self.count else { throw .incomplete }
            let byte = self[position]
            if byte == UInt8(ascii: ":") && position > start { return position }
            guard byte.isTokenCharacter else {
                throw .failed(HTTPParseError(inName: byte, isFirst: position == start))
            }
            position += 1
        }
    }

    /// The place of the CR behind a field value, which has no control byte but HTAB.
    @inline(__always)
    func fieldValueEnd(from start: Int) throws(HeadStop) -> Int {
        var position = start
        while true {
            position = self.firstControl(from: position)
            guard position < self.count else { throw .incomplete }
            let byte = self[position]
            if byte == .cr { return position }
            guard byte == .tab else { throw .failed(byte == .lf ? .bareLF : .controlByte) }
            position += 1
        }
    }
}
