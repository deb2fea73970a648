internal import COpenSSL

/// The two forms of an ECDSA signature: JOSE's R || S (RFC 7518, section 3.4) and the DER sequence that OpenSSL takes.
enum ECDSASignature {
    /// A sequence of two integers, each of at most 66 bytes, a sign byte and two bytes of tag and length; and three of
    /// its own tag and length.
    private static let maximumEncodedByteCount = 3 + 2 * (2 + 1 + 66)

    /// Hands the DER form of R || S, whose halves are of equal length, to `body`. Nothing is allocated.
    static func withDER(of signature: Span<UInt8>, _ body: (Span<UInt8>) -> Bool) -> Bool {
        let half = signature.count / 2
        precondition(half > 0 && half <= 66 && half * 2 == signature.count, "the length is checked before")
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: self.maximumEncodedByteCount) { output in
            let contents =
                4 + self.integerByteCount(signature, 0..<half)
                + self.integerByteCount(signature, half..<signature.count)
            output[0] = 0x30
            var written = 1
            if contents > 127 {
                output[written] = 0x81
                written += 1
            }
            output[written] = UInt8(contents)
            written += 1
            self.writeInteger(signature, 0..<half, to: output, at: &written)
            self.writeInteger(signature, half..<signature.count, to: output, at: &written)
            return body(output.span.extracting(first: written))
        }
    }

    /// R || S of a DER form that OpenSSL made; nil if it is none.
    ///
    /// Read here and not by OpenSSL, which would make three objects of it.
    static func raw(ofDER encoded: UnsafeBufferPointer<UInt8>, curve: EllipticCurve) -> [UInt8]? {
        let half = curve.coordinateByteCount
        // The length of the sequence takes a second byte above 127.
        guard encoded.count > 8, encoded[0] == 0x30 else { return nil }
        var position = encoded[1] == 0x81 ? 3 : 2
        var raw = [UInt8](repeating: 0, count: half * 2)
        for number in 1...2 {
            guard let range = self.integer(encoded, at: position) else { return nil }
            let start = range.count > half ? range.upperBound - half : range.lowerBound
            // What is longer has the zero in front that says the number is positive.
            guard range.count <= half || range.count == half + 1 && encoded[range.lowerBound] == 0 else { return nil }
            let place = number * half - (range.upperBound - start)
            raw.withUnsafeMutableBytes {
                $0[place..<number * half].copyBytes(from: encoded.extracting(start..<range.upperBound))
            }
            position = range.upperBound
        }
        return position == encoded.count ? raw : nil
    }

    /// Where the bytes of the integer are that begins at `position`.
    private static func integer(_ encoded: UnsafeBufferPointer<UInt8>, at position: Int) -> Range<Int>? {
        guard position + 2 <= encoded.count, encoded[position] == 0x02, encoded[position + 1] < 0x80 else { return nil }
        let end = position + 2 + Int(encoded[position + 1])
        return end <= encoded.count && end > position + 2 ? position + 2..<end : nil
    }

    // MARK: - Private details

    /// DER integers are as short as they can be, and a leading bit is a sign.
    private static func integerByteCount(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        let start = self.firstSignificant(bytes, range)
        return range.upperBound - start + Int(bytes[start] >> 7)
    }

    private static func writeInteger(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        to output: UnsafeMutableBufferPointer<UInt8>,
        at written: inout Int
    ) {
        let start = self.firstSignificant(bytes, range)
        output[written] = 0x02
        output[written + 1] = UInt8(self.integerByteCount(bytes, range))
        written += 2
        if bytes[start] >> 7 == 1 {
            output[written] = 0
            written += 1
        }
        for index in start..<range.upperBound {
            output[written] = bytes[index]
            written += 1
        }
    }

    /// The first byte that is not zero, or the last one.
    private static func firstSignificant(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index < range.upperBound - 1, bytes[index] == 0 { index += 1 }
        return index
    }
}
