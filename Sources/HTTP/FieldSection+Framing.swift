import Bytes

extension FieldSection {
    /// The framing that Content-Length or Transfer-Encoding declare, or nil without either (RFC 9112 6).
    ///
    /// RFC 9112 6.3 would let some contradictions be repaired. A reader behind us may repair them differently, and
    /// that is how requests are smuggled, so every contradiction is refused.
    func declaredFraming(_ bytes: Span<UInt8>, version: HTTPVersion) throws(HTTPParseError) -> BodyFraming? {
        if self.contains(.transferEncoding) {
            guard !self.contains(.contentLength) else { throw .contentLengthWithTransferEncoding }
            // RFC 9112 6.1: HTTP/1.0 has no transfer codings, so such a message's framing is faulty.
            guard version == .http11 else { throw .badTransferEncoding }
            try self.requireChunked(bytes)
            return .chunked
        }
        guard let length = self.value(of: .contentLength) else { return nil }
        guard self.count(of: .contentLength) == 1 else { throw .repeatedContentLength }
        return .length(try Self.contentLength(bytes.bytes(length)))
    }

    /// `Content-Length = 1*DIGIT` (RFC 9110 8.6), within the positive range of a 64-bit number.
    static func contentLength(_ value: Span<UInt8>) throws(HTTPParseError) -> UInt64 {
        guard !value.isEmpty && value.count <= 19 else { throw .badContentLength }
        var length: UInt64 = 0
        for index in 0..<value.count {
            guard value[index].isDigit else { throw .badContentLength }
            length = length * 10 + UInt64(value[index] - 0x30)
        }
        guard length <= UInt64(Int64.max) else { throw .badContentLength }
        return length
    }

    /// RFC 9112 7: the list over all lines must be `chunked` and nothing else.
    private func requireChunked(_ bytes: Span<UInt8>) throws(HTTPParseError) {
        var codings = 0
        var chunked = 0
        var endsInChunked = false
        var next = self.firstIndex(of: .transferEncoding)
        while let index = next {
            let list = bytes.bytes(self[index].value)
            var position = 0
            repeat {
                let end = list.firstPlace(of: UInt8(ascii: ","), from: position)
                let coding = list.extracting(list.trimmed(position..<end))
                endsInChunked = coding.equalsIgnoringCase("chunked")
                codings += 1
                chunked += endsInChunked ? 1 : 0
                position = end + 1
            } while position <= list.count
            next = self.index(of: .transferEncoding, after: index)
        }
        guard endsInChunked && chunked == 1 else { throw .badTransferEncoding }
        guard codings == 1 else { throw .unknownTransferCoding }
    }
}
